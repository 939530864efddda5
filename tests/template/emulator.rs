//! What `./localstack/up` does with the real `LocalStack`, which no test here can start.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use tests::binaries::workspace;

/// `LocalStack` would start no others: the template also has a queue.
#[test]
fn no_service_is_left_out_and_sockets_have_their_ports() {
    let compose = fs::read_to_string(workspace().join("localstack/compose.yaml")).unwrap();
    assert!(!compose.contains("SERVICES:"), "{compose}");
    assert!(compose.contains(r#""127.0.0.1:4510-4559:4510-4559""#), "{compose}");
    for line in compose.lines().filter(|line| line.contains("4566")) {
        let inside = line.rsplit("EMULATOR_PORT:-4566").next().unwrap();
        assert!(!inside.contains("4566"), "a port that EMULATOR_PORT does not change: {line}");
    }
}

#[test]
fn functions_in_containers_are_built_for_their_linux_and_the_engines_machine() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulator");
    drop(fs::remove_dir_all(&directory)); // of an earlier run
    fs::create_dir_all(&directory).unwrap();
    for program in ["cargo", "cargo-lambda"] {
        let file = directory.join(program);
        fs::write(&file, "#!/bin/sh\necho \"$@\"\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let built = |path: &str, machine: &str| {
        let program = format!(
            "from emulator import executables\nbuilt = executables.of_containers('{machine}')\n\
             print(built.architecture, built.of('fan_out').relative_to(executables.place.TARGET))"
        );
        let ran = Command::new("python3")
            .args(["-c", &program])
            .env("PATH", path)
            .env("PYTHONPATH", workspace().join("localstack"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .output()
            .unwrap();
        let printed =
            [String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap()];
        (ran.status.success(), printed.concat())
    };
    let system = "/usr/local/bin:/usr/bin:/bin";
    for (machine, lambdas, target) in
        [("aarch64", "arm64", "--arm64"), ("x86_64", "x86_64", "--x86-64")]
    {
        let (_, printed) = built(&format!("{}:{system}", directory.display()), machine);
        let command = format!("lambda build --release --package functions {target}\n");
        assert!(printed.contains(&command), "{printed}");
        assert!(printed.contains(&format!("{lambdas} lambda/fan_out/bootstrap\n")), "{printed}");
    }
    let (is_built, printed) = built(system, "aarch64");
    assert!(!is_built && printed.contains("cargo-lambda builds them"), "{printed}");
}
