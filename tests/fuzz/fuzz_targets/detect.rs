//! A blank paper (PDF, PNG, JPEG) whose fields are looked for: refused, or found where the page is, and written as one `form.toml`.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use madoka_forms::detect::{detect, form_toml};
use madoka_forms::read_form;

fuzz_target!(|input: &[u8]| -> Corpus {
    match detect(input, None) {
        Ok(found) => {
            for proposal in &found.proposals {
                assert!((1..=found.pages.len()).contains(&proposal.page));
                assert!((0.0..=1.0).contains(&proposal.confidence), "{proposal:?}");
                let area = proposal.area;
                assert!([area.x, area.y, area.w, area.h].iter().all(|side| side.is_finite()), "{area:?}");
                assert!(area.w >= 0.0 && area.h >= 0.0, "{area:?}");
            }
            // Whatever was found, the supervisor's file is TOML: complaints about places are allowed, crashes are not.
            let _ = read_form("paper", &form_toml(&found, "paper", "form.pdf"));
            Corpus::Keep
        }
        Err(error) => {
            assert!(error.code().starts_with("FORM-"));
            Corpus::Keep
        }
    }
});
