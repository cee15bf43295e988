//! Images that the engine has.

use bollard::models::ImageInspect;

use super::{Engine, Error};

impl Engine {
    /// An image that is there; nothing if it is not.
    pub async fn image(&self, name: &str) -> Result<Option<ImageInspect>, Error> {
        match self.client.inspect_image(name).await.map_err(Error::from) {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a name off an image, and removes it if it has no other; one that is gone is gone.
    pub async fn remove_image(&self, name: &str) -> Result<(), Error> {
        let options: Option<bollard::query_parameters::RemoveImageOptions> = None;
        match self.client.remove_image(name, options, None).await.map_err(Error::from) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other.map(drop),
        }
    }
}
