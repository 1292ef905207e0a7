//! What HealthOmics is to the connections of AWS, and its clients.

use aws_config::SdkConfig;
use aws_sdk_omics::{Client, config::Builder};

use super::{operations::QUOTAS, regions};
use crate::{
    aws::{AwsService, Connection},
    pace::Quotas,
};

/// HealthOmics, as far as connecting is concerned.
pub const SERVICE: AwsService = AwsService {
    id: "Omics",
    // The prefixes of the storage API (service model of HealthOmics).
    host_prefixes: &["control-storage-", "storage-", "tags-"],
    has_host: regions::has_host,
};

/// A client for short requests, which have a clock on them.
pub(super) fn control(connection: &Connection) -> Client {
    client(connection, &connection.control())
}

/// A client for parts, which may take as long as they take.
pub(super) fn data(connection: &Connection) -> Client {
    client(connection, &connection.data())
}

fn client(connection: &Connection, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).interceptor(connection.hosts()).build())
}

/// How often the service may be asked: AWS documents it, and others do as they like.
pub(crate) fn quotas(connection: &Connection) -> Quotas {
    if connection.is_of_aws() { QUOTAS } else { Quotas::UNKNOWN }
}
