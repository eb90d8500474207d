//! Whose cameras somebody may see: an account sees its groups' cameras and no trace of the others.

use crate::model::{Camera, User};

/// Whose cameras are seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    All,
    /// Those of these groups.
    Groups(Vec<String>),
}

impl Scope {
    /// The scope of an account.
    pub fn of(user: &User) -> Scope {
        match &user.groups {
            None => Scope::All,
            Some(groups) => Scope::Groups(groups.clone()),
        }
    }

    /// Whether a camera is in it.
    pub fn holds(&self, camera: &Camera) -> bool {
        match self {
            Scope::All => true,
            Scope::Groups(groups) => camera.group.as_ref().is_some_and(|group| groups.contains(group)),
        }
    }
}

/// The cameras that a scope holds.
pub fn cameras_of(scope: &Scope, cameras: &[Camera]) -> Vec<Camera> {
    cameras.iter().filter(|camera| scope.holds(camera)).cloned().collect()
}
