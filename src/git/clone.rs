//! A copy of a repository: into a temporary folder beside its place, then there in one step (cli.md 6.4).

use std::fs;
use std::path::{Path, PathBuf};

use git2::build::CheckoutBuilder;
use git2::{AutotagOption, BranchType, Oid, Repository, RepositoryInitOptions, SubmoduleUpdateOptions};

use super::connect::{Access, Link};
use super::error::Error;
use super::remote::{Place, anonymous};
use super::transfer::{Moved, Transfer};

/// How deep submodules may lie in each other.
const DEEPEST: u8 = 8;

/// What is to be cloned.
#[derive(Debug, Clone)]
pub struct Request {
    /// The repository, as its remote `origin` is to be called.
    pub url: String,
    /// A branch, tag or commit; without it, the branch the repository opens with.
    pub reference: Option<String>,
    /// How many commits; all without it.
    pub depth: Option<u32>,
    /// Where it grows: a folder that is not there yet, on the same file system as `into`.
    pub temporary: PathBuf,
    /// Where it goes: not there, or an empty folder.
    pub into: PathBuf,
}

/// A clone that is in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cloned {
    /// The commit that is checked out.
    pub head: String,
    /// The branch, unless a tag or commit was asked for.
    pub branch: Option<String>,
    /// What is worth telling.
    pub notes: Vec<String>,
}

/// Clones. Whatever goes wrong, nothing is left in either place.
pub async fn clone(request: Request, access: Access, transfer: &Transfer) -> Result<Cloned, Error> {
    let _swept = Swept(request.temporary.clone());
    let url = request.url.clone();
    transfer
        .run(&url, move |transfer| {
            let cloned = grow(&request, &access, transfer)?;
            settle(&request.temporary, &request.into)?;
            Ok(cloned)
        })
        .await
}

/// Removes a folder when it is dropped.
struct Swept(PathBuf);

impl Drop for Swept {
    fn drop(&mut self) {
        // Not there any more in the good case; what cannot be removed is found by the next run.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What is to be checked out.
enum Wanted {
    Branch {
        name: String,
        tip: Oid,
    },
    Detached(Oid),
    /// Not among the names: perhaps a commit.
    Commit(String),
}

fn grow(request: &Request, access: &Access, transfer: &Transfer) -> Result<Cloned, Error> {
    let parent = request.temporary.parent().unwrap_or(&request.temporary);
    fs::create_dir_all(parent).map_err(Error::local(format!("cannot make {}", parent.display())))?;
    let mut options = RepositoryInitOptions::new();
    options.no_reinit(true).external_template(false);
    let failed = |what: &str| Error::repository(format!("cannot {what} the clone of {}", request.url));
    let repository = Repository::init_opts(&request.temporary, &options).map_err(failed("begin"))?;
    let (mut remote, place, led) = anonymous(&repository, &request.url, access)?;
    let link = Link::new(&request.url, &led, place.clone(), access, transfer);
    let mut notes = Vec::new();

    let explain = |error: git2::Error| link.explain(&error);
    link.greet(&mut remote).map_err(explain)?;
    let wanted = wanted(&remote, request)?;
    let depth = depth(request, &wanted, &place, &mut notes);
    let refspec = match (&wanted, depth) {
        (Wanted::Branch { name, .. }, 1..) => format!("+refs/heads/{name}:refs/remotes/origin/{name}"),
        _ => "+refs/heads/*:refs/remotes/origin/*".to_owned(),
    };
    let mut refspecs = vec![refspec];
    if let (Wanted::Detached(_), Some(tag)) = (&wanted, &request.reference) {
        refspecs.push(format!("+refs/tags/{tag}:refs/tags/{tag}"));
    }
    let mut fetch = link.fetch(AutotagOption::Auto, depth);
    remote.fetch(&refspecs, Some(&mut fetch), None).map_err(explain)?;
    drop(fetch);
    drop(remote);
    link.worked();

    repository.remote("origin", &request.url).map_err(failed("finish"))?;
    let (head, branch) = point(&repository, &wanted, request)?;
    checkout(&repository, transfer)
        .map_err(|error| if transfer.goes_on() { failed("check out")(error) } else { Error::Cancelled })?;
    submodules(&repository, access, transfer, DEEPEST)?;
    if uses_lfs(&request.temporary) {
        notes.push("large files are pointers only: git lfs pull fetches them".to_owned());
    }
    Ok(Cloned { head: head.to_string(), branch, notes })
}

/// Finds what is asked for among the names of the repository.
fn wanted(remote: &git2::Remote<'_>, request: &Request) -> Result<Wanted, Error> {
    let default = remote.default_branch().ok().and_then(|name| name.as_str().ok().map(str::to_owned));
    let heads = remote.list().map_err(|error| Error::transfer(&request.url, &error))?;
    let find = |name: &str| heads.iter().find(|head| head.name() == name).map(git2::RemoteHead::oid);
    let Some(reference) = &request.reference else {
        let branches = heads.iter().filter_map(|head| head.name().strip_prefix("refs/heads/"));
        let named = default.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
        let usual = ["main", "master"].into_iter().find(|name| find(&format!("refs/heads/{name}")).is_some());
        let name =
            named.or(usual).map_or_else(|| branches.min().map(str::to_owned), |name| Some(name.to_owned()));
        let found = name.and_then(|name| Some((find(&format!("refs/heads/{name}"))?, name)));
        let (tip, name) = found.ok_or_else(|| Error::Empty { url: request.url.clone() })?;
        return Ok(Wanted::Branch { name, tip });
    };
    if let Some(tip) = find(&format!("refs/heads/{reference}")) {
        return Ok(Wanted::Branch { name: reference.clone(), tip });
    }
    // An annotated tag is listed with the commit it stands for.
    let tag = format!("refs/tags/{reference}");
    if let Some(tip) = find(&format!("{tag}^{{}}")).or_else(|| find(&tag)) {
        return Ok(Wanted::Detached(tip));
    }
    let hash = (7..=64).contains(&reference.len()) && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hash {
        return Ok(Wanted::Commit(reference.clone()));
    }
    Err(Error::Reference { url: request.url.clone(), reference: reference.clone() })
}

/// 0 is everything.
fn depth(request: &Request, wanted: &Wanted, place: &Place, notes: &mut Vec<String>) -> i32 {
    let asked = request.depth.and_then(|depth| i32::try_from(depth).ok()).unwrap_or(0);
    if asked > 0 && (*place == Place::Local || matches!(wanted, Wanted::Commit(_))) {
        notes.push("the whole history came: a local repository or a commit knows no depth".to_owned());
        return 0;
    }
    asked
}

/// Makes HEAD and the branch that tracks `origin`.
fn point(
    repository: &Repository,
    wanted: &Wanted,
    request: &Request,
) -> Result<(Oid, Option<String>), Error> {
    let failed = || Error::repository(format!("cannot finish the clone of {}", request.url));
    match wanted {
        Wanted::Branch { name, tip } => {
            let commit = repository.find_commit(*tip).map_err(failed())?;
            let mut branch = repository.branch(name, &commit, true).map_err(failed())?;
            if repository.find_branch(&format!("origin/{name}"), BranchType::Remote).is_ok() {
                branch.set_upstream(Some(&format!("origin/{name}"))).map_err(failed())?;
            }
            repository.set_head(&format!("refs/heads/{name}")).map_err(failed())?;
            if request.reference.is_none() {
                let (head, target) = ("refs/remotes/origin/HEAD", format!("refs/remotes/origin/{name}"));
                repository.reference_symbolic(head, &target, true, "clone").map_err(failed())?;
            }
            Ok((*tip, Some(name.clone())))
        }
        Wanted::Detached(tip) => {
            repository.set_head_detached(*tip).map_err(failed())?;
            Ok((*tip, None))
        }
        Wanted::Commit(hash) => {
            let unknown = |_| Error::Reference { url: request.url.clone(), reference: hash.clone() };
            let object = repository.revparse_single(hash).map_err(unknown)?;
            let commit = object.peel_to_commit().map_err(unknown)?.id();
            repository.set_head_detached(commit).map_err(failed())?;
            Ok((commit, None))
        }
    }
}

fn checkout(repository: &Repository, transfer: &Transfer) -> Result<(), git2::Error> {
    let mut options = CheckoutBuilder::new();
    options.safe().recreate_missing(true).progress(|_, files, of| {
        transfer.moved(Moved::Written { files: files as u64, of: of as u64 });
    });
    // The only callback that can stop it.
    options.notify_on(git2::CheckoutNotificationType::UPDATED).notify(|_, _, _, _, _| transfer.goes_on());
    repository.checkout_head(Some(&mut options))
}

fn submodules(
    repository: &Repository,
    access: &Access,
    transfer: &Transfer,
    deepest: u8,
) -> Result<(), Error> {
    let Some(deepest) = deepest.checked_sub(1) else { return Ok(()) };
    let unreadable = || Error::repository("cannot read the submodules");
    for mut submodule in repository.submodules().map_err(unreadable())? {
        let url = submodule.url().map_err(unreadable())?.unwrap_or_default().to_owned();
        let base =
            repository.find_remote("origin").ok().and_then(|remote| remote.url().ok().map(str::to_owned));
        let url = beside(base.as_deref().unwrap_or_default(), &url);
        let nowhere = anonymous(repository, &url, access)?;
        let link = Link::new(&url, &nowhere.2, nowhere.1, access, transfer);
        let mut options = SubmoduleUpdateOptions::new();
        options.fetch(link.fetch(AutotagOption::Auto, 0));
        submodule.update(true, Some(&mut options)).map_err(|error| link.explain(&error))?;
        let inner = submodule.open().map_err(unreadable())?;
        submodules(&inner, access, transfer, deepest)?;
    }
    Ok(())
}

/// The URL of a submodule, which may be told relative to that of its repository.
fn beside(base: &str, url: &str) -> String {
    if !url.starts_with("./") && !url.starts_with("../") {
        return url.to_owned();
    }
    let mut base = base.trim_end_matches('/').to_owned();
    let mut rest = url;
    loop {
        if let Some(next) = rest.strip_prefix("../") {
            base.truncate(base.rfind('/').unwrap_or(0));
            rest = next;
        } else if let Some(next) = rest.strip_prefix("./") {
            rest = next;
        } else {
            return format!("{base}/{rest}");
        }
    }
}

fn uses_lfs(folder: &Path) -> bool {
    fs::read_to_string(folder.join(".gitattributes")).is_ok_and(|text| text.contains("filter=lfs"))
}

/// Moves a finished clone to its place.
fn settle(from: &Path, to: &Path) -> Result<(), Error> {
    let parent = to.parent().unwrap_or(to);
    fs::create_dir_all(parent).map_err(Error::local(format!("cannot make {}", parent.display())))?;
    if fs::symlink_metadata(to).is_ok() {
        // Only an empty folder goes: anything else is in the way.
        fs::remove_dir(to).map_err(Error::local(format!("{} is in the way", to.display())))?;
    }
    fs::rename(from, to).map_err(Error::local(format!("cannot move the clone to {}", to.display())))
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn a_submodule_may_lie_beside_its_repository() {
        assert_eq!(beside("https://h/a/ui", "../lib.git"), "https://h/a/lib.git");
        assert_eq!(beside("https://h/a/ui/", "./lib"), "https://h/a/ui/lib");
        assert_eq!(beside("/srv/ui", "https://h/x"), "https://h/x");
    }
}
