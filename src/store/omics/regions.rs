//! Where HealthOmics is: its regions and hosts, and which one a host or a wrong name means.

use crate::aws::is_region;

/// The regions that have the service (botocore's `endpoints.json`). New ones may be missing here, so
/// a region that is not in this list is used all the same, as far as its host can be found.
const REGIONS: [&str; 8] = [
    "us-east-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "ap-southeast-1",
    "il-central-1",
    "ap-northeast-2",
];

/// The regions that have endpoints of the standard FIPS 140 (botocore's `endpoints.json`).
const WITH_FIPS: [&str; 2] = ["us-east-1", "us-west-2"];

/// One of the service's own hosts, such as `storage-omics-fips.us-east-1.amazonaws.com`.
struct Host<'a> {
    region: &'a str,
    is_fips: bool,
    is_dual_stack: bool,
}

impl<'a> Host<'a> {
    fn of(host: &'a str) -> Option<Self> {
        let (service, rest) = host.split_once('.')?;
        let domains = ["amazonaws.com", "amazonaws.com.cn", "api.aws"];
        let (region, domain) = domains
            .iter()
            .find_map(|domain| Some((rest.strip_suffix(domain)?.strip_suffix('.')?, *domain)))?;
        let fips = service.strip_suffix("-fips");
        let is_ours = fips.unwrap_or(service).ends_with("omics") && !region.contains('.');
        let (is_fips, is_dual_stack) = (fips.is_some(), domain == "api.aws");
        is_ours.then_some(Self { region, is_fips, is_dual_stack })
    }

    /// Whether it is documented to be there, in this form. Hosts of dual stack are not.
    fn is_documented(&self) -> bool {
        let regions = if self.is_fips { &WITH_FIPS[..] } else { &REGIONS[..] };
        !self.is_dual_stack && regions.contains(&self.region)
    }
}

/// Whether a host is known to be there, so that a failure to find it will pass.
pub(super) fn has_host(host: &str) -> bool {
    Host::of(host).is_some_and(|host| host.is_documented())
}

/// What to do about a host that cannot be found.
pub(crate) fn advice_on_host(host: &str) -> String {
    match Host::of(host) {
        Some(Host { region, .. }) if !REGIONS.contains(&region) => advice(region),
        Some(_) => format!(
            "unset AWS_USE_DUALSTACK_ENDPOINT and AWS_USE_FIPS_ENDPOINT, or their keys in the AWS \
             profile: HealthOmics has FIPS endpoints in {} only",
            WITH_FIPS.join(" and ")
        ),
        None => "check the name of the endpoint: AWS_ENDPOINT_URL_OMICS, AWS_ENDPOINT_URL or \
                 `endpoint_url` in the AWS profile gives it, and prefixes such as `control-storage-` \
                 are put in front unless AWS_DISABLE_HOST_PREFIX_INJECTION=true"
            .to_owned(),
    }
}

/// What to do about a region that is none, or does not have the service.
pub(crate) fn advice(region: &str) -> String {
    let meant = nearest(region).map(|name| format!("did you mean `{name}`? "));
    format!(
        "{}AWS HealthOmics is available in {}; set AWS_REGION, `region` in the AWS profile, \
         or the region in the ARN of the store",
        meant.unwrap_or_default(),
        REGIONS.join(", ")
    )
}

/// The region with the service that was meant. Names of other regions differ from these by their
/// number, or by two letters.
fn nearest(name: &str) -> Option<&'static str> {
    let most = if is_region(name) { 1 } else { 2 };
    let name = name.to_ascii_lowercase();
    let number = name.bytes().last();
    let close = REGIONS.iter().map(|region| (distance(&name, region), *region));
    close
        .filter(|(errors, region)| *errors <= most && region.bytes().last() == number)
        .min()
        .map(|(_, region)| region)
}

/// The number of letters to insert, leave out, change or exchange with their neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least =
                (rows[i][j] + usize::from(x != y)).min(row[j] + 1).min(rows[i][j + 1] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && *x == b[j - 1] {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_region_has_one_that_is_meant() {
        for (name, wanted) in [
            ("us-esat-1", Some("us-east-1")),
            ("us-east1", Some("us-east-1")),
            ("US-EAST-1", Some("us-east-1")),
            ("eu-central1", Some("eu-central-1")),
            ("eu_west_1", Some("eu-west-1")),
            // These are regions, too.
            ("us-east-2", None),
            ("ap-northeast-1", None),
            ("virginia", None),
            ("", None),
        ] {
            assert_eq!(nearest(name), wanted, "{name}");
        }
    }

    #[test]
    fn hosts_of_regions_with_the_service_are_known() {
        for (host, region, known) in [
            ("control-storage-omics.us-east-1.amazonaws.com", Some("us-east-1"), true),
            ("storage-omics-fips.us-west-2.amazonaws.com", Some("us-west-2"), true),
            ("storage-omics-fips.eu-west-1.amazonaws.com", Some("eu-west-1"), false),
            ("storage-omics-fips.us-west-2.api.aws", Some("us-west-2"), false),
            ("storage-omics.us-east-2.amazonaws.com", Some("us-east-2"), false),
            ("omics.cn-north-1.amazonaws.com.cn", Some("cn-north-1"), false),
            ("vpce-1.storage-omics.us-east-1.vpce.amazonaws.com", None, false),
            ("sts.us-east-1.amazonaws.com", None, false),
            ("localhost", None, false),
        ] {
            assert_eq!(Host::of(host).map(|host| host.region), region, "{host}");
            assert_eq!(has_host(host), known, "{host}");
        }
    }
}
