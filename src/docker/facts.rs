//! What an engine says of the machine it runs on.

use jiff::Timestamp;

use super::{Engine, Error};

/// An engine and its machine.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Version of the engine: `20.10.24`.
    pub version: String,
    /// The system it runs on, in words.
    pub system: String,
    /// Bytes of memory of its machine.
    pub memory: u64,
    /// What its clock says.
    pub time: Option<Timestamp>,
    /// Whether it runs without root.
    pub rootless: bool,
    /// The proxy its pulls go through.
    pub proxy: Option<String>,
}

impl Engine {
    /// Asks for them.
    pub async fn facts(&self) -> Result<Facts, Error> {
        let info = self.client.info().await?;
        let security = info.security_options.unwrap_or_default();
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Facts {
            version: info.server_version.unwrap_or_default(),
            system: info.operating_system.unwrap_or_default(),
            memory: info.mem_total.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
            time: info.system_time.and_then(|time| time.parse().ok()),
            rootless: security.iter().any(|option| option.contains("rootless")),
            proxy: some(info.https_proxy).or(some(info.http_proxy)),
        })
    }

    /// Bytes that its images have on disk.
    pub async fn disk_use(&self) -> Result<u64, Error> {
        let options: Option<bollard::query_parameters::DataUsageOptions> = None;
        let usage = self.client.df(options).await?;
        if let Some(bytes) = usage.image_usage.and_then(|images| images.total_size) {
            return Ok(u64::try_from(bytes).unwrap_or_default());
        }
        // Engines before 29 do not tell: what images share is counted for each.
        let options: Option<bollard::query_parameters::ListImagesOptions> = None;
        let images = self.client.list_images(options).await?;
        Ok(images.iter().filter_map(|image| u64::try_from(image.size).ok()).sum())
    }
}
