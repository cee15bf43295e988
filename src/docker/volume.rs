//! Volumes.

use bollard::models::{Volume, VolumeCreateRequest};
use bollard::query_parameters::RemoveVolumeOptions;

use super::{Engine, Error};

impl Engine {
    /// All volumes.
    pub async fn volumes(&self) -> Result<Vec<Volume>, Error> {
        let options: Option<bollard::query_parameters::ListVolumesOptions> = None;
        Ok(self.client.list_volumes(options).await?.volumes.unwrap_or_default())
    }

    /// Makes a volume.
    pub async fn create_volume(&self, request: VolumeCreateRequest) -> Result<(), Error> {
        self.client.create_volume(request).await?;
        Ok(())
    }

    /// Removes a volume with all that is in it; one that is gone is gone.
    pub async fn remove_volume(&self, volume: &str) -> Result<(), Error> {
        let options: Option<RemoveVolumeOptions> = None;
        match self.client.remove_volume(volume, options).await.map_err(Error::from) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// How many bytes are in each volume, as far as the engine tells: older ones do not in a form that is known here.
    pub async fn volume_sizes(&self) -> Result<Vec<(String, u64)>, Error> {
        let options: Option<bollard::query_parameters::DataUsageOptions> = None;
        let usage = self.client.df(options).await?.volume_usage;
        let items = usage.and_then(|usage| usage.items).unwrap_or_default();
        let size = |volume: serde_json::Value| {
            Some((volume["Name"].as_str()?.to_owned(), volume["UsageData"]["Size"].as_u64()?))
        };
        Ok(items.into_iter().filter_map(size).collect())
    }
}
