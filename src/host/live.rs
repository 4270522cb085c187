//! An assessment that follows the files: it is updated when they are saved.
//!
//! One worker reads what changed, assesses it and publishes numbered revisions. Readers see one
//! whole revision or the next, never half of one. A broken file leaves its last good version in
//! force, marked as stale.

mod cases_and_accepted_results;
mod interruptible_work;
mod last_good_version;

pub use cases_and_accepted_results::{Checks, InForce};

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use crate::assess::assessment::{Assessment, Delta};
use crate::assess::request_evaluator::Evaluator;
use crate::assess::{Ids, Options};
use crate::base::diagnostic::Diagnostic;
use crate::base::work_budget::Cancelled;
use crate::host::live::interruptible_work::{AtWork, instant};
use crate::host::live::last_good_version::{Considered, Keeper};
use crate::host::watch::{Mode, Offer, Signal, Sureness, Watch, Woken};
use crate::model::input_files::Files;

/// An assessment that follows the files of a root, for as long as this value lives.
#[derive(Debug)]
pub struct Live {
    published: Arc<Publication>,
    signals: Sender<Signal>,
    worker: Option<JoinHandle<()>>,
}

/// How to follow the files of a root.
#[derive(Clone, Debug, Default)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Settings {
    /// What to assess, and how.
    pub options: Options,
    /// How changes of the files are found.
    pub finding: Following,
    /// Where each revision is sent, the first one included; `None` to send none.
    pub listener: Option<Sender<Arc<Revision>>>,
}

/// How changes of the files are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Following {
    /// By events of the file system, or by polling where there are none.
    #[default]
    Events,
    /// By looking at the files again and again.
    Polling,
}

/// One published state of the files.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Revision {
    /// The number of the revision, from 1.
    pub number: u64,
    /// The assessment in force.
    pub assessment: Arc<Assessment>,
    /// What changed in the results since the revision before.
    pub delta: Arc<Delta>,
    /// The paths of the files that changed, in order; empty for the first revision.
    pub changed: Vec<String>,
    /// Broken files of which an earlier version is in force, in order of their paths.
    pub stale: Vec<Stale>,
    /// The number of files read, broken ones included.
    pub files: usize,
    /// The time from when the first change was seen until this revision was published.
    pub took: Duration,
    /// How changes of the files are found at the moment.
    pub mode: Mode,
    /// Why the root cannot be read at the moment, so that earlier files are in force; `None` if it
    /// can be read.
    pub trouble: Option<String>,
    /// The files in force, by which cases are run and accepted results are compared.
    pub in_force: Arc<InForce>,
}

impl Revision {
    /// Runs the cases, and compares the results with the accepted ones.
    pub fn checks(&self) -> Checks {
        self.in_force.checks(&self.assessment)
    }
}

/// A file that is broken, while an earlier version of it is in force.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "internals"), non_exhaustive)]
pub struct Stale {
    /// The path of the file.
    pub file: String,
    /// The time of day since which the earlier version has been in force.
    pub since: SystemTime,
    /// The number of the first revision in which the file was stale.
    pub revision: u64,
    /// The first error in the broken version.
    pub because: Diagnostic,
}

#[derive(Debug)]
struct Publication {
    latest: Mutex<Arc<Revision>>,
    news: Condvar,
    evaluators: Mutex<Evaluators>,
}

/// The evaluators made so far.
#[derive(Debug)]
struct Evaluators {
    /// The assessment that they are made from.
    of: Arc<Assessment>,
    made: Vec<(String, Ids, Evaluator)>,
}

impl Live {
    /// Reads a root folder and follows it from then on. A folder that does not exist yet is
    /// followed once it does.
    pub fn start(root: &Path, options: Options) -> Self {
        Self::start_with(
            root,
            Settings {
                options,
                ..Settings::default()
            },
        )
    }

    /// Reads a root folder and follows it with these settings.
    pub fn start_with(root: &Path, settings: Settings) -> Self {
        let (signals, received) = channel();
        let (handed, receiver) = channel();
        let polling = settings.finding == Following::Polling;
        let watch = Watch::start(root, polling, (signals.clone(), receiver));
        let at_work = AtWork::default();
        let between = at_work.clone();
        std::thread::spawn(move || between.hand_on(&received, &handed));
        let mut worker = Worker::new(watch, settings, at_work);
        let published = Arc::clone(&worker.published);
        Self {
            published,
            signals,
            worker: Some(std::thread::spawn(move || worker.run())),
        }
    }

    /// The assessment in force.
    pub fn latest(&self) -> Arc<Assessment> {
        Arc::clone(&self.revision().assessment)
    }

    /// The evaluator of one rulebook in force; `None` if there is no such rulebook. It is made once
    /// for each revision.
    pub fn evaluator(&self, rulebook: &str, ids: Ids) -> Option<Evaluator> {
        let assessment = self.latest();
        let mut kept = self.published.evaluators();
        if !Arc::ptr_eq(&kept.of, &assessment) {
            kept.of = Arc::clone(&assessment);
            kept.made.clear();
        }
        let mut made = kept.made.iter();
        let known = made.find(|(name, with, _)| name == rulebook && *with == ids);
        if let Some((_, _, evaluator)) = known {
            return Some(evaluator.clone());
        }
        let evaluator = Evaluator::after(assessment.rulebook(rulebook)?, ids);
        kept.made
            .push((rulebook.to_owned(), ids, evaluator.clone()));
        Some(evaluator)
    }

    /// The latest revision.
    pub fn revision(&self) -> Arc<Revision> {
        Arc::clone(&self.published.lock())
    }

    /// Waits up to `time` for a revision with a number above `seen`; `None` if none comes.
    pub fn wait(&self, seen: u64, time: Duration) -> Option<Arc<Revision>> {
        let latest = self.published.lock();
        let waited = self
            .published
            .news
            .wait_timeout_while(latest, time, |latest| latest.number <= seen);
        let (latest, _) = waited.unwrap_or_else(PoisonError::into_inner);
        (latest.number > seen).then(|| Arc::clone(&latest))
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // A worker that has ended needs no word.
        let _ = self.signals.send(Signal::Stop);
        if let Some(worker) = self.worker.take() {
            let _ = worker.join();
        }
    }
}

impl Publication {
    /// A reader that panicked has changed nothing, so a poisoned lock is taken as it is.
    fn lock(&self) -> MutexGuard<'_, Arc<Revision>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn evaluators(&self) -> MutexGuard<'_, Evaluators> {
        let evaluators = self.evaluators.lock();
        evaluators.unwrap_or_else(PoisonError::into_inner)
    }
}

struct Worker {
    watch: Watch,
    files: Files,
    keeper: Keeper,
    published: Arc<Publication>,
    listener: Option<Sender<Arc<Revision>>>,
    /// Kept so that its memory is freed here and not by a reader.
    before: Option<Arc<Revision>>,
    at_work: AtWork,
    /// How many times in a row a newer save ended the work.
    ended: usize,
}

/// How many times in a row newer saves may end the work. After that, files that change all the time
/// are assessed nevertheless.
const MOST_ENDED: usize = 3;

#[expect(
    clippy::disallowed_methods,
    reason = "a file is stale since a time of day"
)]
fn time_of_day() -> SystemTime {
    SystemTime::now()
}

impl Worker {
    fn new(mut watch: Watch, settings: Settings, at_work: AtWork) -> Self {
        let started = instant();
        let Settings {
            options, listener, ..
        } = settings;
        let mut files;
        let mut keeper = Keeper::new(options);
        let mut ended = 0;
        let considered = loop {
            files = Files::new();
            watch.first(&mut files);
            let changed: BTreeSet<String> = files.paths().map(str::to_owned).collect();
            let cancel = at_work.begin(watch.unseen(), ended < MOST_ENDED);
            match keeper.consider(&files, &changed, None, &cancel) {
                Ok(considered) => break considered,
                Err(Cancelled) => ended += 1,
            }
        };
        at_work.end();
        keeper.keep(&considered);
        let nothing = Assessment {
            rulebooks: Vec::new(),
            diagnostics: Vec::new(),
        };
        let revision = Revision {
            number: 1,
            delta: Delta::between(&nothing, &considered.assessment).into(),
            assessment: considered.assessment.into(),
            in_force: considered.in_force,
            changed: Vec::new(),
            stale: Vec::new(),
            files: files.len(),
            took: started.elapsed(),
            mode: watch.mode(),
            trouble: watch.trouble().map(str::to_owned),
        };
        let evaluators = Evaluators {
            of: Arc::clone(&revision.assessment),
            made: Vec::new(),
        };
        let published = Arc::new(Publication {
            latest: Mutex::new(revision.into()),
            news: Condvar::new(),
            evaluators: Mutex::new(evaluators),
        });
        let worker = Self {
            watch,
            files,
            keeper,
            published,
            listener,
            before: None,
            at_work,
            ended: 0,
        };
        worker.tell(&worker.latest());
        worker
    }

    fn run(&mut self) {
        loop {
            match self.watch.wait(&self.files) {
                Woken::Stop => return,
                Woken::State => self.publish_state(),
                Woken::Offer(offer) => {
                    if self.take(&offer).is_break() {
                        return;
                    }
                }
            }
        }
    }

    /// Takes in settled changes. Changes with a new error are only taken in once the offer is
    /// final.
    fn take(&mut self, offer: &Offer) -> ControlFlow<()> {
        let mut before = Files::new();
        for path in &offer.paths {
            before.copy_from(&self.files, path);
        }
        self.watch.take(offer, &mut self.files);
        let latest = self.latest();
        let unseen = self.watch.unseen();
        let cancel = self.at_work.begin(unseen, self.ended < MOST_ENDED);
        let in_force = Some(&*latest.assessment);
        let considered = self
            .keeper
            .consider(&self.files, &offer.paths, in_force, &cancel);
        self.at_work.end();
        let Ok(considered) = considered else {
            // It is offered again, with what came in since.
            self.ended += 1;
            self.put_back(&before, offer);
            let stop = self.watch.hear(&self.files);
            return if stop {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            };
        };
        self.ended = 0;
        if offer.sureness < Sureness::Final
            && has_new_error(&latest.assessment, &considered.assessment)
        {
            self.keeper.drop(&considered);
            self.put_back(&before, offer);
            self.watch.refuse(offer);
            return ControlFlow::Continue(());
        }
        self.keeper.keep(&considered);
        self.watch.accept(offer);
        self.publish(offer, considered, &latest);
        ControlFlow::Continue(())
    }

    fn put_back(&mut self, before: &Files, offer: &Offer) {
        for path in &offer.paths {
            self.files.copy_from(before, path);
        }
    }

    fn publish(&mut self, offer: &Offer, considered: Considered, latest: &Revision) {
        let Considered {
            assessment,
            in_force,
            stale,
            ..
        } = considered;
        let number = latest.number + 1;
        let stale = stale.into_iter().map(|(file, because)| {
            let known = latest.stale.iter().find(|stale| stale.file == file);
            let (since, revision) = known.map_or_else(
                || (time_of_day(), number),
                |known| (known.since, known.revision),
            );
            Stale {
                file,
                since,
                revision,
                because,
            }
        });
        self.put(Revision {
            number,
            delta: Delta::between(&latest.assessment, &assessment).into(),
            assessment: assessment.into(),
            in_force,
            changed: offer.paths.iter().cloned().collect(),
            stale: stale.collect(),
            files: self.files.len(),
            took: offer.seen.elapsed(),
            mode: self.watch.mode(),
            trouble: self.watch.trouble().map(str::to_owned),
        });
    }

    fn publish_state(&mut self) {
        let latest = self.latest();
        self.put(Revision {
            number: latest.number + 1,
            delta: Delta::default().into(),
            changed: Vec::new(),
            took: Duration::ZERO,
            mode: self.watch.mode(),
            trouble: self.watch.trouble().map(str::to_owned),
            ..(*latest).clone()
        });
    }

    fn latest(&self) -> Arc<Revision> {
        Arc::clone(&self.published.lock())
    }

    fn put(&mut self, revision: Revision) {
        let revision = Arc::new(revision);
        let before = std::mem::replace(&mut *self.published.lock(), Arc::clone(&revision));
        self.published.news.notify_all();
        self.tell(&revision);
        self.before = Some(before);
    }

    fn tell(&self, revision: &Arc<Revision>) {
        if let Some(listener) = &self.listener {
            // A listener that has gone away misses nothing.
            let _ = listener.send(Arc::clone(revision));
        }
    }
}

fn has_new_error(before: &Assessment, after: &Assessment) -> bool {
    after
        .diagnostics
        .iter()
        .any(|one| one.is_error() && !before.diagnostics.contains(one))
}
