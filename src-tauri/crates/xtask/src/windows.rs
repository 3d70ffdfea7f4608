//! `cargo xtask windows`: the whole workspace, built and linked for Windows from here, and the tests of everything that
//! needs neither window nor reader nor tesseract, run under Wine. What only a real Windows machine can show stands in
//! `src-tauri/packaging/WINDOWS.md`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::run::prepare;
use crate::{debian, screens};
use xtask::step::{Outcome, Todo, cargo, failure, output, step, succeed, target};

const TARGET: &str = "x86_64-pc-windows-gnu";
const ADVICE: &str = "上の知らせを読んでください";
const ROOM: &str = "ディスクの空きを確かめてください";

/// The shared libraries of Windows that are only linked against here: their names there, and what is exported.
const LINKED: [(&str, &str, &str); 2] =
    [("tesseract", "libtesseract-5.dll", "tesseract"), ("lept", "libleptonica-6.dll", "leptonica")];

/// Crates whose tests need nothing that Wine lacks.
const UNDER_WINE: [&str; 9] = [
    "madoka-text",
    "madoka-facts",
    "madoka-register",
    "madoka-rules",
    "madoka-casework",
    "madoka-qr",
    "madoka-forms",
    "madoka-store",
    "madoka-sync",
];

pub(crate) fn windows() -> Outcome {
    let node = prepare(&[debian::WINDOWS])?;
    screens::build(&node)?;
    let place = target().join("windows");
    fs::create_dir_all(&place).todo("置き場を作れません", ROOM)?;
    let tools = Tools::ready(&place)?;
    step("Windows 向けに、全部を作ってつなぎます（初めは 20 分ほど）");
    let everything = ["build", "--workspace", "--exclude", "xtask", "--exclude", "madoka-tests"];
    succeed(tools.cargo().args(everything), ADVICE)?;
    for program in ["madoka.exe", "madokactl.exe", "madokad.exe"] {
        let built = tools.built().join(program);
        let size = fs::metadata(&built).todo(format!("{program} ができていません"), ADVICE)?.len();
        println!("    {program:<14} {:>4} MB", size / (1024 * 1024));
    }
    step("窓の要らない試験を、Wine でします");
    let mut tests = tools.cargo();
    tests.args(["test", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    for name in UNDER_WINE {
        tests.args(["--package", name]);
    }
    // Left to itself it goes when nobody is there, and then meets the next who comes.
    tools.wine_server("-p")?;
    let tested = succeed(&mut tests, ADVICE);
    tools.wine_server("-k")?;
    tested
}

/// What stands in for a Windows machine.
struct Tools {
    place: PathBuf,
    /// Debian's newer compiler with its sources, where this one cannot build for Windows.
    compiler: Option<PathBuf>,
    /// What clang itself declares: as a library, reading for another machine, it does not find it.
    clang: PathBuf,
}

impl Tools {
    fn ready(place: &Path) -> Outcome<Self> {
        let place = place.to_owned();
        let compiler = if has_target() { None } else { Some(compiler(&place)?) };
        let tools = Self { place, compiler, clang: clang()? };
        tools.libraries()?;
        tools.runner()?;
        Ok(tools)
    }

    fn built(&self) -> PathBuf {
        self.place.join("target").join(TARGET).join("debug")
    }

    /// Cargo, for Windows.
    fn cargo(&self) -> Command {
        let mut cargo = cargo();
        let include = self.place.join("include");
        let clang = format!(
            "-resource-dir {} -I{} -I/usr/x86_64-w64-mingw32/include",
            self.clang.display(),
            include.display()
        );
        cargo
            .env("CARGO_BUILD_TARGET", TARGET)
            .env("CARGO_TARGET_DIR", self.place.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc-posix")
            .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", self.place.join("run"))
            .env("CC_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-gcc-posix")
            .env("AR_x86_64_pc_windows_gnu", "x86_64-w64-mingw32-ar")
            .env("PKG_CONFIG_ALLOW_CROSS", "1")
            .env("PKG_CONFIG_LIBDIR_x86_64_pc_windows_gnu", self.place.join("pkgconfig"))
            .env("BINDGEN_EXTRA_CLANG_ARGS_x86_64_pc_windows_gnu", clang);
        if let Some(root) = &self.compiler {
            let libraries = [root.join("lib/x86_64-linux-gnu"), root.join("lib")];
            let libraries = std::env::join_paths(libraries).unwrap_or_default();
            cargo
                .env("RUSTC", root.join("bin/rustc"))
                .env("RUSTDOC", root.join("bin/rustdoc"))
                .env("LD_LIBRARY_PATH", libraries)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
        }
        cargo
    }

    /// Import libraries of what only Windows has as files of its own: enough to link, not to run.
    fn libraries(&self) -> Outcome {
        let (lib, include, about) =
            (self.place.join("lib"), self.place.join("include"), self.place.join("pkgconfig"));
        for folder in [&lib, &include, &about] {
            fs::create_dir_all(folder).todo("置き場を作れません", ROOM)?;
        }
        for (name, dll, headers) in LINKED {
            let shared = format!("/usr/lib/x86_64-linux-gnu/lib{name}.so");
            let symbols = output(Command::new("nm").args(["--dynamic", "--defined-only", &shared]))
                .ok_or_else(|| failure(format!("{shared} が読めません"), ADVICE))?;
            let functions = symbols.lines().filter_map(|line| line.split_once(" T ")).map(|(_, name)| name);
            // What C++ calls its functions is another thing on Windows, and nobody here calls those.
            let functions: Vec<&str> = functions.filter(|name| !name.starts_with("_Z")).collect();
            let definition = format!("LIBRARY {dll}\nEXPORTS\n{}\n", functions.join("\n"));
            let def = lib.join(format!("{name}.def"));
            fs::write(&def, definition).todo("部品を書けません", ROOM)?;
            let mut make = Command::new("x86_64-w64-mingw32-dlltool");
            make.arg("--input-def").arg(&def).arg("--output-lib").arg(lib.join(format!("lib{name}.dll.a")));
            succeed(&mut make, ADVICE)?;
            let link = include.join(headers);
            if !link.exists() {
                symlink(Path::new("/usr/include").join(headers), link).todo("部品を置けません", ROOM)?;
            }
            let text = format!(
                "Name: {name}\nDescription: to link against\nVersion: 5.3.0\nLibs: -L{} -l{name}\nCflags: -I{}\n",
                lib.display(),
                include.display()
            );
            fs::write(about.join(format!("{name}.pc")), text).todo("部品を書けません", ROOM)?;
        }
        Ok(())
    }

    /// How a program of Windows is started here. Debian's Wine lacks one function that every Rust program begins with.
    fn runner(&self) -> Outcome {
        let (source, shim) = (self.place.join("prng.c"), self.place.join("bin/bcryptprimitives.dll"));
        fs::create_dir_all(self.place.join("bin")).todo("置き場を作れません", ROOM)?;
        let text = "#include <windows.h>\n#include <ntsecapi.h>\n\
                    __declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {\n\
                    return RtlGenRandom(data, (ULONG)length); }\n";
        fs::write(&source, text).todo("部品を書けません", ROOM)?;
        let mut make = Command::new("x86_64-w64-mingw32-gcc-posix");
        succeed(make.arg("-shared").arg("-o").arg(&shim).arg(&source).arg("-ladvapi32"), ADVICE)?;
        let more =
            output(Command::new("x86_64-w64-mingw32-gcc-posix").arg("--print-file-name=libgcc_s_seh-1.dll"));
        let gcc =
            more.map(PathBuf::from).and_then(|file| Some(file.parent()?.to_owned())).unwrap_or_default();
        let run = self.place.join("run");
        let script = format!(
            "#!/bin/sh\nexport WINEPREFIX='{place}/wine' WINEDEBUG=-all\n\
             export WINEPATH='Z:{place}/bin;Z:{gcc};Z:/usr/x86_64-w64-mingw32/lib'\nexec /usr/lib/wine/wine64 \"$@\"\n",
            place = self.place.display(),
            gcc = gcc.display()
        );
        fs::write(&run, script)
            .and_then(|()| fs::set_permissions(&run, fs::Permissions::from_mode(0o755)))
            .todo("部品を書けません", ROOM)?;
        self.fonts()
    }

    fn wine_server(&self, word: &str) -> Outcome {
        let mut server = Command::new("/usr/lib/wine/wineserver64");
        succeed(server.arg(word).env("WINEPREFIX", self.place.join("wine")), ADVICE)
    }

    /// The fonts of papers, where a program of Windows looks for them.
    fn fonts(&self) -> Outcome {
        let folder = self.place.join("wine/drive_c/windows/Fonts");
        fs::create_dir_all(&folder).todo("書体の置き場を作れません", ROOM)?;
        let listed = output(Command::new("fc-list").args([":lang=ja", "--format", "%{file}\n"]))
            .ok_or_else(|| failure("この端末の書体の一覧がわかりません", ADVICE))?;
        for file in listed.lines().map(Path::new) {
            let Some(name) = file.file_name() else { continue };
            let link = folder.join(name);
            if !link.exists() {
                symlink(file, link).todo("書体を置けません", ROOM)?;
            }
        }
        Ok(())
    }
}

/// Whether the compiler at hand has the standard library for Windows (`rustup target add`).
fn has_target() -> bool {
    let asked = output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    asked.is_some_and(|folder| Path::new(folder.trim()).is_dir())
}

/// Where Debian's clang has its own headers.
fn clang() -> Outcome<PathBuf> {
    let inside =
        |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let found = inside("/usr/lib".into())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("llvm-")))
        .flat_map(|llvm| inside(llvm.join("lib/clang")))
        .filter(|version| version.join("include/stddef.h").exists())
        .max();
    found.ok_or_else(|| {
        failure("clang のヘッダーが見つかりません", "libclang-dev が入っているか確かめてください")
    })
}

/// Debian's own newest compiler, unpacked beside: it comes with the sources of the standard library.
fn compiler(place: &Path) -> Outcome<PathBuf> {
    const PACKAGES: [&str; 5] =
        ["rustc-web", "libstd-rust-web-dev", "libstd-rust-web-1.96", "rust-web-src", "libllvm22"];
    let root = place.join("rust");
    if root.join("usr/bin/rustc").exists() {
        return Ok(root.join("usr"));
    }
    step("Debian の Rust を、ここだけで使うために取り寄せます（Windows 向けの標準ライブラリを作るため）");
    let debs = place.join("debs");
    fs::create_dir_all(&debs).todo("置き場を作れません", ROOM)?;
    let advice = "ネットワークと apt の設定（bookworm-security）を確かめてください";
    succeed(
        Command::new("apt-get").arg("download").args(PACKAGES).current_dir(&debs).stdout(Stdio::null()),
        advice,
    )?;
    for deb in fs::read_dir(&debs).todo("取り寄せたものが見えません", advice)?.flatten() {
        succeed(Command::new("dpkg-deb").arg("--extract").arg(deb.path()).arg(&root), advice)?;
    }
    fs::remove_dir_all(&debs).todo("取り寄せたものを片づけられません", ROOM)?;
    Ok(root.join("usr"))
}
