//! Logs, and traces if they are exported.
use super::Settings;
use anyhow::{Context, Result};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use serde::Deserialize;
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line.
    Json,
}

/// What has to be finished when the program ends.
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Begins to log to standard error, and to export traces if the settings say where to.
    ///
    /// # Errors
    /// When a setting is malformed.
    pub fn start(settings: &Settings) -> Result<Self> {
        let filter = EnvFilter::try_new(&settings.log).context("PARTY_LOG is not a list of `level` and `target=level`")?;
        let lines = fmt::layer().with_writer(std::io::stderr);
        let lines = match settings.log_format {
            LogFormat::Pretty => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
            LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        };
        let provider = settings.otlp_endpoint.as_ref().map(|endpoint| provider(endpoint, settings.otlp_sample_ratio)).transpose()?;
        let spans = provider.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("party")));
        tracing_subscriber::registry().with(filter).with(lines).with(spans).init();
        Ok(Self(provider))
    }

    /// Exports what is still waiting.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        let finished = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if !matches!(finished, Ok(Ok(()))) {
            tracing::warn!("the last traces could not be exported");
        }
    }
}

fn provider(endpoint: &reqwest::Url, sample_ratio: f64) -> Result<SdkTracerProvider> {
    super::use_ring();
    let address = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(address).build();
    let exporter = exporter.context("traces cannot be exported to PARTY_OTLP_ENDPOINT")?;
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_sampler(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(sample_ratio))))
        .with_resource(Resource::builder().with_service_name("party").build())
        .build())
}
