//! The folder that hostile spells lie in.

use std::path::Path;

use crate::GuestUnderTest;

/// Lays out what is beside a spell, in `own`, and beside its folder.
pub fn lay_out(folder: &Path, guests: &[GuestUnderTest]) {
    let own = folder.join("own");
    std::fs::create_dir(&own).unwrap();
    for (name, text) in [("near.lua", "return 'near'"), ("near.js", "export default 'near'"), ("near.txt", "near")] {
        std::fs::write(own.join(name), text).unwrap();
    }
    for name in [".env.txt", "serviceAccountKey.json", "API_KEY.TXT", "server.pem"] {
        std::fs::write(own.join(name), "\"canary-beside-the-spell\"").unwrap();
    }
    let secret = |name: &str| std::fs::write(folder.join(name), "return 'canary-beside-the-folder'").unwrap();
    secret("secret");
    std::os::unix::fs::symlink(folder, own.join("up")).unwrap();
    for extension in guests.iter().map(|guest| guest.language.extensions[0]).chain(["txt"]) {
        let name = format!("secret.{extension}");
        secret(&name);
        std::os::unix::fs::symlink(folder.join(name), own.join(format!("link.{extension}"))).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            own.join(format!("pipe.{extension}")),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )
        .unwrap();
    }
}
