//! A text is never lost: whatever goes wrong while a file is written, it is the old or the new one afterwards, whole.
//!
//! The program runs as it is, and what goes wrong comes from outside: system calls that fail (strace), signals,
//! full and read-only disks, other users, other programs and other runs of mtlint.
//! `MTLINT_KILLS=1000` makes the random parts that long, `MTLINT_FAULTS=all` tries more errors at each call.
#![cfg(target_os = "linux")]

mod between;
mod disks;
mod faults;
mod files;
mod panics;
mod runs;
mod setup;
mod signals;
mod strace;
