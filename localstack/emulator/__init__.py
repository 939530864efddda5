"""Deploys infra/template.yaml to a LocalStack-compatible emulator on this machine."""
