//! How far loading is: a bar on stderr when it is a terminal, nothing otherwise.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::ingest::Progress;
use crate::pipeline::Loading;

/// The bar, and what it shows.
#[derive(Default)]
pub struct Bar {
    shown: Mutex<Option<(ProgressBar, Progress)>>,
}

impl Loading for Bar {
    fn begin(&self, file: &str, progress: Progress) {
        self.end();
        if !std::io::stderr().is_terminal() {
            return;
        }
        let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta} {msg}");
        let bar = ProgressBar::new(progress.bytes_total()).with_message(file.to_owned());
        if let (Ok(style), Ok(mut shown)) = (style, self.shown.lock()) {
            bar.set_style(style);
            *shown = Some((bar, progress));
        }
    }

    fn go_on(&self) {
        if let Ok(shown) = self.shown.lock()
            && let Some((bar, progress)) = shown.as_ref()
        {
            bar.set_position(progress.bytes_read());
        }
    }

    fn end(&self) {
        if let Ok(mut shown) = self.shown.lock()
            && let Some((bar, _)) = shown.take()
        {
            bar.finish_and_clear();
        }
    }
}
