//! A fault of the program itself, told like any other failure.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Failure;

/// Runs `work` over the text at `place`, or for the command of that name; a panic in it becomes a failure.
///
/// Where in the program it happened has been said on standard error by then.
///
/// # Errors
/// When `work` panicked. What it shares with others must bear that; locks here do not mind.
pub(super) fn caught<R>(place: &str, work: impl FnOnce() -> R) -> Result<R, Failure> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it did not say why");
        Failure::new(place, "could not be done because of a fault in mtlint itself").why(said).help(
            "no file is half written; leave out what it fails on, and send it to the authors if you may",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_with_its_place_and_its_reason() {
        assert_eq!(caught("a.txt", || 1), Ok(1));
        let number = std::hint::black_box(3);
        for (said, failure) in [
            ("it broke", caught("a.txt", || panic!("it broke"))),
            ("it broke 3 times", caught("a.txt", || panic!("it broke {number} times"))),
            ("it did not say why", caught("a.txt", || std::panic::panic_any(number))),
        ] {
            let failure: Failure = failure.expect_err("it panicked");
            let said_so = failure.render(false);
            assert!(said_so.starts_with("error: a.txt: ") && said_so.contains(said), "{said_so}");
        }
    }
}
