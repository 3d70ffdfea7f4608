//! What a person sees: every look of a screen, judged as far as a program can, and pictures for a person to judge.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::{Page, Step, accessibility};

/// How the screens may look, whatever is on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As it comes.
    Plain,
    /// 200 % of the type.
    Twice,
    /// 白黒反転
    Reversed,
}

impl Look {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Twice, Self::Reversed];

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "標準",
            Self::Twice => "二倍",
            Self::Reversed => "反転",
        }
    }

    async fn put_on(self, page: &Page) -> Step {
        let wanted = json!({ "twice": self == Self::Twice, "reversed": self == Self::Reversed });
        page.run(
            "const root = document.documentElement;
             const page = document.querySelector('#resident-page');
             window.__before ??= root.dataset.contrast ?? '';
             root.style.fontSize = arguments[0].twice ? '200%' : '';
             if (arguments[0].reversed) root.dataset.contrast = 'high';
             else if (window.__before) root.dataset.contrast = window.__before;
             else delete root.dataset.contrast;",
            vec![wanted],
        )
        .await?;
        // Two frames later everything stands where it will stay.
        page.run_slowly(
            "const done = arguments[arguments.length - 1];
             requestAnimationFrame(() => requestAnimationFrame(() => done(null)));",
        )
        .await
        .map(drop)
    }
}

/// What may not be on a screen of the officer.
const FAULTS: &str = "
    const [height, fits] = arguments;
    const faults = [];
    const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const modal = document.querySelector('dialog[open]');
    const root = modal ?? document;
    for (const one of root.querySelectorAll('button, select, input:not([type=radio], [type=checkbox], [type=file]), summary, a, label:has(input[type=radio], input[type=checkbox])')) {
      if (!shown(one) || one.closest('.sr-only') || one.classList.contains('sr-only')) continue;
      // A field on a paper is as large as the paper has it; the list beside it has every one of them as well.
      if (one.dataset.path) continue;
      const box = one.getBoundingClientRect();
      if (box.width <= 1) continue;
      const inText = getComputedStyle(one).display === 'inline';
      if ((box.height < height || box.width < height) && !inText)
        faults.push(`小さい ${Math.round(box.width)}×${Math.round(box.height)}：${(one.getAttribute('aria-label') ?? one.innerText ?? '').slice(0, 30)}`);
    }
    for (const one of root.querySelectorAll('*')) {
      if (!shown(one) || one.closest('.sr-only') || one.clientWidth <= 1) continue;
      const style = getComputedStyle(one);
      const over = one.scrollWidth - one.clientWidth;
      if (over > 1 && style.overflowX !== 'visible' && !one.matches('input, select, textarea') && style.textOverflow !== 'ellipsis' && !one.dataset.wide)
        faults.push(`横にはみ出す ${over}px：${one.tagName} ${one.className.toString().slice(0, 60)}`);
    }
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) faults.push(`窓から横にはみ出す ${wide}px`);
    const main = document.querySelector('#resident-page') ?? document.querySelector('main');
    const below = main ? main.scrollHeight - main.clientHeight : 0;
    if (fits && below > 0) faults.push(`縦に ${below}px はみ出す`);
    return faults;";

/// Where the walk is, and what it found so far.
#[derive(Debug, Default)]
pub struct Walk {
    faults: Vec<String>,
    stops: usize,
    pictures: Option<PathBuf>,
    size: &'static str,
    /// The display that is pictured: the driver's own pictures wait for a window that is covered to be drawn.
    display: Option<String>,
}

impl Walk {
    /// The machine whose display is pictured.
    pub fn of_display(&mut self, machine: &crate::machine::Machine) {
        self.display = Some(machine.display().to_owned());
    }

    /// Pictures are kept where `MADOKA_PICTURES` says, and nowhere else.
    pub fn on(size: &'static str) -> Self {
        let pictures = std::env::var_os("MADOKA_PICTURES").map(PathBuf::from);
        Self { pictures, size, ..Self::default() }
    }

    /// Looks at an officer's screen; what `fits` needs no scrolling in its usual look.
    pub async fn officer(&mut self, page: &Page, place: &str, fits: bool) -> Step {
        self.look(page, place, 44, fits).await
    }

    /// Looks at a resident's screen.
    pub async fn resident(&mut self, page: &Page, place: &str, fits: bool) -> Step {
        self.look(page, &format!("住民 {place}"), 60, fits).await
    }

    async fn look(&mut self, page: &Page, place: &str, target: u32, fits: bool) -> Step {
        self.stops += 1;
        for look in Look::ALL {
            look.put_on(page).await?;
            let fits = fits && look != Look::Twice;
            let found = page.run(FAULTS, vec![target.into(), fits.into()]).await?;
            let found = found.as_array().cloned().unwrap_or_default();
            let here = format!("{place}（{}）", look.name());
            self.faults
                .extend(found.iter().filter_map(Value::as_str).map(|fault| format!("{here}：{fault}")));
            self.faults.extend(
                accessibility::faults(page).await?.into_iter().map(|fault| format!("{here}：{fault}")),
            );
            if let Some(folder) = &self.pictures {
                let _ = std::fs::create_dir_all(folder);
                let name = format!("{}-{:02}-{place}-{}.png", self.size, self.stops, look.name());
                let file = folder.join(name);
                let display = self.display.as_deref().expect("the walk knows its machine");
                let import =
                    Command::new("import").args(["-display", display, "-window", "root"]).arg(&file).status();
                assert!(import.is_ok_and(|done| done.success()), "no picture of the display");
            }
        }
        Look::Plain.put_on(page).await
    }

    /// Everything found on all walks, at once: one run tells all there is to mend.
    pub fn end(walks: Vec<Self>) {
        let faults: Vec<String> = walks.into_iter().flat_map(|walk| walk.faults).collect();
        assert!(faults.is_empty(), "{} 件：\n{}", faults.len(), faults.join("\n"));
    }
}
