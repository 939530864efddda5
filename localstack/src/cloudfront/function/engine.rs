//! The JavaScript engine: one fresh runtime per call, with limits on time and memory.

use std::cell::RefCell;

use rquickjs::{
    CatchResultExt, CaughtError, Context, Ctx, Function, Promise, Runtime, context::EvalOptions,
};

use super::ViewerError;

/// CloudFront allows a function 2 MB; the engine's own objects come on top.
const MEMORY_LIMIT: usize = 8 << 20;
/// How often the engine may ask whether to go on: about 50 ms of work. Counting instead of
/// looking at a clock gives the same answer on a busy machine.
const MAX_CHECKS: u32 = 500;

const EVENT: &str = include_str!("event.js");

/// Evaluates the source and checks that it defines a handler.
pub fn check(source: &str) -> Result<(), ViewerError> {
    enter(source, |ctx| {
        let defined = ctx.eval::<bool, _>("typeof handler === 'function'").catch(ctx);
        match defined {
            Ok(true) => Ok(()),
            _ => Err(ViewerError::Unreadable("it defines no function 'handler'".into())),
        }
    })
}

/// Evaluates the source and calls its handler through the event conversion.
pub fn call(source: &str, input: String) -> Result<String, ViewerError> {
    enter(source, |ctx| {
        let convert: Function = ctx.eval(EVENT).catch(ctx).map_err(failed)?;
        let promise: Promise = convert.call((input,)).catch(ctx).map_err(failed)?;
        promise.finish().catch(ctx).map_err(failed)
    })
}

fn enter<T>(
    source: &str,
    work: impl FnOnce(&Ctx<'_>) -> Result<T, ViewerError>,
) -> Result<T, ViewerError> {
    // Fresh for each call: CloudFront promises a function no state between two.
    let runtime = Runtime::new().map_err(engine)?;
    runtime.set_memory_limit(MEMORY_LIMIT);
    let checks = RefCell::new(0);
    runtime.set_interrupt_handler(Some(Box::new(move || {
        *checks.borrow_mut() += 1;
        *checks.borrow() > MAX_CHECKS
    })));
    Context::full(&runtime).map_err(engine)?.with(|ctx| {
        define_console(&ctx).map_err(engine)?;
        let mut options = EvalOptions::default();
        options.strict = false;
        ctx.eval_with_options::<(), _>(source, options).catch(&ctx).map_err(unreadable)?;
        work(&ctx)
    })
}

fn define_console(ctx: &Ctx<'_>) -> rquickjs::Result<()> {
    let log =
        Function::new(ctx.clone(), |line: String| tracing::info!(target: "viewer", "{line}"))?;
    let console: Function =
        ctx.eval("log => globalThis.console = { log: (...a) => log(a.join(' ')) }")?;
    console.call((log,))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn engine(error: rquickjs::Error) -> ViewerError {
    ViewerError::Failed(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn unreadable(error: CaughtError<'_>) -> ViewerError {
    ViewerError::Unreadable(in_one_line(&error))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn failed(error: CaughtError<'_>) -> ViewerError {
    ViewerError::Failed(in_one_line(&error))
}

fn in_one_line(error: &CaughtError<'_>) -> String {
    error
        .to_string()
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
