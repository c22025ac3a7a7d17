//! A share of one processor for the function, by the kernel's bandwidth control: the same means that AWS has.
//!
//! A memory size buys a share: 1,769 MB is one whole processor
//! (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>), so 128 MB is 7.2 %. The share is dealt out anew every
//! period, and whoever has used it up stands still until the next one. Hence a start that fits into one period is not slowed at all,
//! and the length of the period matters: AWS does not document its own; 20 ms is what has been observed from inside.

use crate::failure::Failure;
use rustix::io::Errno;
use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// MB of memory that buy one whole processor.
const MB_A_PROCESSOR: f64 = 1_769.0;
/// The kernel refuses a shorter quota.
const SHORTEST_QUOTA: Duration = Duration::from_millis(1);

/// The part of one processor that a function of `memory_mb` gets; above 1 it is more than one processor.
pub(crate) fn share(memory_mb: u32) -> f64 {
    f64::from(memory_mb) / MB_A_PROCESSOR
}

/// Where control groups with a quota can be made on this machine, and with which values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quotas {
    folder: PathBuf,
    version: Version,
    period: Duration,
    quota: Duration,
}

/// The two interfaces of the kernel, `cgroups(7)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Quotas {
    /// The quota of `share` of a processor in every `period`, or nothing when this machine does not allow it: no control groups, or no
    /// right to make one.
    pub(crate) fn find(share: f64, period: Duration) -> Option<Self> {
        let mounts = std::fs::read_to_string("/proc/mounts").ok()?;
        let quota = period.mul_f64(share).max(SHORTEST_QUOTA);
        let quotas = mounted(&mounts).map(|(folder, version)| Self { folder, version, period, quota });
        // Only trying tells: the file system may be read-only, or the processor may not be among its controllers.
        quotas.into_iter().find(|quotas| quotas.group().is_ok_and(|group| group.limit().is_ok()))
    }

    /// For the report: `1.447 ms in every 20 ms (cgroup v1)`.
    pub(crate) fn describe(&self) -> String {
        let version = match self.version {
            Version::One => "v1",
            Version::Two => "v2",
        };
        format!("{:.3} ms in every {:.0} ms (cgroup {version})", self.quota.as_secs_f64() * 1e3, self.period.as_secs_f64() * 1e3)
    }

    /// Makes a new group, without the quota as yet: a function that was started before may have left its debt in an old one.
    pub(crate) fn group(&self) -> Result<Group, Failure> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("latchkey-bench-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = self.folder.join(name);
        std::fs::create_dir(&path).map_err(|source| Failure::Quota { path: path.clone(), source })?;
        Ok(Group { path, quotas: self.clone() })
    }
}

/// The folders under which the processor's groups lie, by the lines of `/proc/mounts`.
fn mounted(mounts: &str) -> impl Iterator<Item = (PathBuf, Version)> {
    mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (folder, kind, options) = (words.next()?, words.next()?, words.next()?);
        match kind {
            "cgroup" if options.split(',').any(|option| option == "cpu") => Some((folder.into(), Version::One)),
            "cgroup2" => Some((folder.into(), Version::Two)),
            _ => None,
        }
    })
}

/// A control group; removed when dropped, for which it must be empty again.
#[derive(Debug)]
pub(crate) struct Group {
    path: PathBuf,
    quotas: Quotas,
}

impl Group {
    /// Puts a process with one thread into the group, and what it starts later. Takes some ten milliseconds, during which the process
    /// may stand still.
    ///
    /// It is kept on one processor. The kernel gives each processor its part of the quota. A process that is moved to another one stands still for the rest of the
    /// period though it has used next to nothing, and with so small a quota that chance would decide the whole figure.
    pub(crate) fn join(&self, pid: u32) -> Result<(), Failure> {
        self.set("cgroup.procs", &pid.to_string())?;
        let pin = || -> Result<(), Errno> {
            let allowed = sched_getaffinity(None)?;
            // The last one: the first tends to have the machine's interrupts.
            let last = (0..CpuSet::MAX_CPU).rev().find(|cpu| allowed.is_set(*cpu)).unwrap_or(0);
            let mut only = CpuSet::new();
            only.set(last);
            // Without a number it would be this very process.
            let pid = pid.try_into().ok().and_then(Pid::from_raw).ok_or(Errno::SRCH)?;
            sched_setaffinity(Some(pid), &only)
        };
        pin().map_err(|errno| Failure::Quota { path: self.path.clone(), source: errno.into() })
    }

    /// Sets the quota, at once, for all that is in the group.
    pub(crate) fn limit(&self) -> Result<(), Failure> {
        let (period, quota) = (self.quotas.period.as_micros().to_string(), self.quotas.quota.as_micros().to_string());
        match self.quotas.version {
            Version::One => {
                self.set("cpu.cfs_period_us", &period)?;
                self.set("cpu.cfs_quota_us", &quota)
            }
            Version::Two => self.set("cpu.max", &format!("{quota} {period}")),
        }
    }

    fn set(&self, file: &str, value: &str) -> Result<(), Failure> {
        let path = self.path.join(file);
        write_existing(&path, value).map_err(|source| Failure::Quota { path, source })
    }
}

/// Never makes the file: on something that is no control group that would seem to succeed.
fn write_existing(path: &Path, value: &str) -> std::io::Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new().write(true).open(path)?.write_all(value.as_bytes())
}

impl Drop for Group {
    fn drop(&mut self) {
        // A group that stays behind holds nothing and costs nothing.
        let _ = std::fs::remove_dir(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_function_has_seven_hundredths_of_a_processor() {
        assert!((share(128) - 0.0724).abs() < 0.0001);
        assert!((share(1_769) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn both_kinds_of_control_groups_are_found_and_others_are_not() {
        let mounts = "proc /proc proc rw 0 0\n\
            cgroup /sys/fs/cgroup/cpuacct cgroup rw,cpuacct 0 0\n\
            cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0\n\
            cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n";
        let found: Vec<_> = mounted(mounts).collect();
        assert_eq!(found, [("/sys/fs/cgroup/cpu".into(), Version::One), ("/sys/fs/cgroup/unified".into(), Version::Two)]);
    }

    #[test]
    fn a_folder_that_is_no_control_group_gives_no_quota() {
        let quotas = Quotas {
            folder: std::env::temp_dir(),
            version: Version::Two,
            period: Duration::from_millis(20),
            quota: Duration::from_millis(2),
        };
        assert!(matches!(quotas.group().unwrap().limit(), Err(Failure::Quota { .. })));
        assert_eq!(quotas.describe(), "2.000 ms in every 20 ms (cgroup v2)");
    }
}
