//! `--timeout`: a command that takes too long ends with an error, and never with another answer.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::base::work_budget::Cancel;
use crate::face::cli::common::ExitStatus;

/// Work that cannot be ended at once, such as reading files, ends with the program after this time.
const GRACE: Duration = Duration::from_secs(1);

/// As much as the first thread of a program has.
const STACK: usize = 8 << 20;

/// Reads a number of seconds: `30`, `0.5`.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok();
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let time = time.filter(|time| !time.is_zero());
    time.ok_or_else(|| "write a number of seconds above 0: 30, 0.5".to_owned())
}

/// Runs a command, at most for some time.
pub(super) fn within(
    time: Option<Duration>,
    command: impl FnOnce() -> anyhow::Result<ExitStatus> + Send + 'static,
) -> anyhow::Result<ExitStatus> {
    let Some(time) = time else { return command() };
    let (cancel, (done, waited)) = (Cancel::default(), channel());
    let ending = cancel.clone();
    let at_work = std::thread::Builder::new().stack_size(STACK);
    let at_work = at_work.spawn(move || done.send(cancel.during(command)))?;
    let mut result = waited.recv_timeout(time);
    if matches!(result, Err(RecvTimeoutError::Timeout)) {
        ending.ask();
        result = waited.recv_timeout(GRACE);
    }
    match result {
        Ok(Ok(result)) => result,
        Err(RecvTimeoutError::Disconnected) => match at_work.join() {
            Err(panicked) => std::panic::resume_unwind(panicked),
            Ok(_) => unreachable!("it sends before it ends"),
        },
        Ok(Err(_)) | Err(RecvTimeoutError::Timeout) => {
            let seconds = time.as_secs_f64();
            anyhow::bail!("not done after {seconds} s (--timeout)")
        }
    }
}
