//! Whatever is uploaded as a recording is read or refused, is never longer than what was handed in, and is read again
//! as it was written.
#![no_main]

use countersign_audio::Recording;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    match Recording::from_wav(file) {
        Ok(recording) => {
            assert!(recording.samples().len() <= file.len() * 2);
            assert_eq!(Recording::from_wav(&recording.to_wav()).as_ref(), Ok(&recording));
        }
        Err(why) => assert!(why.to_string().ends_with('.')),
    }
});
