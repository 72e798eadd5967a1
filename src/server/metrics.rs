//! Counters in the text form that Prometheus reads. No label holds a name, an address or an id.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

/// Upper bounds of the histogram in seconds.
const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// What is counted about one route.
#[derive(Debug, Default)]
struct Route {
    statuses: [AtomicU64; 5],
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

/// Every counter of the server.
#[derive(Debug)]
pub struct Metrics {
    routes: Vec<(&'static str, Route)>,
    /// Connections open now.
    pub connections: AtomicI64,
    /// Connections turned away because there are too many.
    pub connections_refused: AtomicU64,
    /// TLS handshakes that failed or took too long.
    pub handshakes_failed: AtomicU64,
    /// Sign-ins, tokens and credentials refused.
    pub refused: AtomicU64,
    /// Requests turned away by a throttle or a full queue.
    pub throttled: AtomicU64,
}

/// Routes are counted under these names; anything else is `other`.
const ROUTES: [&str; 11] = [
    "users",
    "user",
    "search",
    "me",
    "bulk",
    "discovery",
    "actions",
    "auth",
    "health",
    "openapi",
    "other",
];

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        Self {
            routes: ROUTES
                .iter()
                .map(|name| (*name, Route::default()))
                .collect(),
            connections: AtomicI64::new(0),
            connections_refused: AtomicU64::new(0),
            handshakes_failed: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
        }
    }

    /// Counts an answer.
    pub fn answered(&self, route: &str, status: u16, took: Duration) {
        let Some((_, route)) = self
            .routes
            .iter()
            .find(|(name, _)| *name == route)
            .or(self.routes.last())
        else {
            return;
        };
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        route.statuses[class].fetch_add(1, Ordering::Relaxed);
        let seconds = took.as_secs_f64();
        for (bound, bucket) in BOUNDS.iter().zip(&route.buckets) {
            if seconds <= *bound {
                bucket.fetch_add(1, Ordering::Relaxed);
            }
        }
        route.count.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        route.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// The text of a scrape.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(8 * 1024);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        head(
            out,
            "halligan_http_requests_total",
            "counter",
            "Answers by route and class",
        );
        for (name, route) in &self.routes {
            for (class, count) in (1..).zip(&route.statuses) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    line(
                        out,
                        &format!(
                            "halligan_http_requests_total{{route=\"{name}\",status=\"{class}xx\"}}"
                        ),
                        count,
                    );
                }
            }
        }
        let name = "halligan_http_request_seconds";
        head(
            out,
            name,
            "histogram",
            "Time from the request's head to the answer's",
        );
        for (route_name, route) in &self.routes {
            let count = route.count.load(Ordering::Relaxed);
            if count == 0 {
                continue;
            }
            for (bound, bucket) in BOUNDS.iter().zip(&route.buckets) {
                let label = format!("{name}_bucket{{route=\"{route_name}\",le=\"{bound}\"}}");
                line(out, &label, bucket.load(Ordering::Relaxed));
            }
            line(
                out,
                &format!("{name}_bucket{{route=\"{route_name}\",le=\"+Inf\"}}"),
                count,
            );
            let seconds = Duration::from_micros(route.micros.load(Ordering::Relaxed)).as_secs_f64();
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{name}_sum{{route=\"{route_name}\"}} {seconds}");
            line(
                out,
                &format!("{name}_count{{route=\"{route_name}\"}}"),
                count,
            );
        }
        for (name, what, counter) in [
            (
                "halligan_connections_refused_total",
                "Too many connections",
                &self.connections_refused,
            ),
            (
                "halligan_tls_handshakes_failed_total",
                "Handshakes that failed",
                &self.handshakes_failed,
            ),
            (
                "halligan_credentials_refused_total",
                "Credentials refused",
                &self.refused,
            ),
            (
                "halligan_throttled_total",
                "Requests told to come later",
                &self.throttled,
            ),
        ] {
            head(out, name, "counter", what);
            line(out, name, counter.load(Ordering::Relaxed));
        }
        head(out, "halligan_connections", "gauge", "Connections open now");
        let open = self.connections.load(Ordering::Relaxed).max(0);
        line(out, "halligan_connections", open.unsigned_abs());
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(out: &mut String, name: &str, value: u64) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{name} {value}");
}
