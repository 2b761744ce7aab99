//! How far loading is: a bar on stderr when it is a terminal, nothing otherwise.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::pipeline::Loading;

/// The bar.
#[derive(Default)]
pub struct Bar {
    bar: Mutex<Option<ProgressBar>>,
}

impl Loading for Bar {
    fn begin(&self, source: &str, _n_bytes: u64) {
        if !std::io::stderr().is_terminal() {
            return;
        }
        let style = ProgressStyle::with_template("{spinner} {prefix}: {human_pos} rows, {per_sec}, {msg}");
        let bar = ProgressBar::new_spinner().with_prefix(source.to_owned());
        if let (Ok(style), Ok(mut place)) = (style, self.bar.lock()) {
            bar.set_style(style);
            *place = Some(bar);
        }
    }

    fn rows(&self, file: &str, n_rows: u64) {
        if let Ok(place) = self.bar.lock()
            && let Some(bar) = place.as_ref()
        {
            bar.set_message(file.to_owned());
            bar.inc(n_rows);
        }
    }

    fn end(&self) {
        if let Ok(mut place) = self.bar.lock()
            && let Some(bar) = place.take()
        {
            bar.finish_and_clear();
        }
    }
}
