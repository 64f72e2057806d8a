#pragma once
#include "api/codec.hpp"

#include <array>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <string>

/// The one body of `/health` that satisfies the clients of every dialect.
namespace loci::server::pages {

struct NoInput {};

BOOST_DESCRIBE_STRUCT(NoInput, (), ())

inline Rules rules_of(NoInput const*) {
    return {"Nothing", {}};
}

inline constexpr std::string_view health_words[] = {"healthy", "degraded", "unhealthy"};

struct ServicesView {
    std::string database = "up";
    std::string vector_store = "up";
    std::string cache = "up";
    std::string task_queue = "up";
    std::string embeddings = "up";
    std::string redis = "up";
};

BOOST_DESCRIBE_STRUCT(ServicesView, (),
                      (database, vector_store, cache, task_queue, embeddings, redis))

inline constexpr std::array services_rules{
    field("database", "`up` or `down`."),
    field("vector_store", "As `database`.").named("vector_store"),
    field("cache", "Part of the process."),
    field("task_queue", "Part of the process.").named("task_queue"),
    field("embeddings", "`down` while another model takes the place of one out of reach."),
    field("redis", "Not used; always `up`."),
};

inline Rules rules_of(ServicesView const*) {
    return {"HealthServices", services_rules};
}

struct EmbeddingView {
    std::string provider;
    std::int64_t dimension = 0;
};

BOOST_DESCRIBE_STRUCT(EmbeddingView, (), (provider, dimension))

inline constexpr std::array embedding_rules{
    field("provider", "`local:` or `openai:`, and the model."),
    field("dimension", "Of its vectors."),
};

inline Rules rules_of(EmbeddingView const*) {
    return {"HealthEmbedding", embedding_rules};
}

struct HealthView {
    std::string status;
    std::string service = "MEMANTO";
    std::string version;
    Timestamp time;
    bool moorcheh_connected = true;
    std::string api_version = "v1";
    std::string environment = "local";
    std::int64_t timestamp = 0;
    std::int64_t uptime_seconds = 0;
    ServicesView services;
    EmbeddingView embedding_info;
};

BOOST_DESCRIBE_STRUCT(HealthView, (),
                      (status, service, version, time, moorcheh_connected, api_version, environment,
                       timestamp, uptime_seconds, services, embedding_info))

inline constexpr std::array health_rules{
    field("status", "`unhealthy` when the store is out of reach.").one_of(health_words),
    field("service", "A constant that one product's clients look for."),
    field("version", "Of this program."),
    field("time", "The server's clock."),
    field("moorcheh_connected", "Whether the store is in reach.").named("moorcheh_connected"),
    field("api_version", "A constant.").named("api_version"),
    field("environment", "A constant."),
    field("timestamp", "The same in unix seconds."),
    field("uptime_seconds", "Since the start.").named("uptime_seconds"),
    field("services", "Parts, one by one."),
    field("embedding_info", "The model that embeds.").named("embedding_info"),
};

inline Rules rules_of(HealthView const*) {
    return {"Health", health_rules};
}

struct StatusView {
    std::string status;
};

BOOST_DESCRIBE_STRUCT(StatusView, (), (status))

inline constexpr std::array status_rules{field("status", "One word.")};

inline Rules rules_of(StatusView const*) {
    return {"Status", status_rules};
}

struct RootView {
    std::string service = "MEMANTO";
    std::string description = "Memory and runtime for AI agents";
    std::string version;
    std::string docs = "/docs";
};

BOOST_DESCRIBE_STRUCT(RootView, (), (service, description, version, docs))

inline constexpr std::array root_rules{
    field("service", "A constant that one product's clients look for."),
    field("description", "What this is."),
    field("version", "Of this program."),
    field("docs", "Where to read on."),
};

inline Rules rules_of(RootView const*) {
    return {"Root", root_rules};
}

} // namespace loci::server::pages
