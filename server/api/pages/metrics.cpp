#include "api/pages/pages.hpp"

#include <fmt/format.h>
#include <iterator>

namespace loci::server {
namespace {

using Out = std::back_insert_iterator<std::string>;

void head(Out out, char const* name, char const* type, char const* help) {
    fmt::format_to(out, "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

template <class Number>
void single(Out out, char const* name, char const* type, char const* help, Number number) {
    head(out, name, type, help);
    fmt::format_to(out, "{} {}\n", name, number);
}

/// Route names come from declarations and hold neither quotes nor backslashes.
void routes(Out out, ServerStatistics const& shell) {
    head(out, "loci_http_requests_total", "counter", "Answers by route and class of status.");
    for (auto const& [route, counts] : shell.routes) {
        for (std::size_t at = 0; at < counts.by_class.size(); ++at) {
            if (counts.by_class[at] > 0) {
                fmt::format_to(out, "loci_http_requests_total{{route=\"{}\",class=\"{}xx\"}} {}\n",
                               route, at + 1, counts.by_class[at]);
            }
        }
    }
    head(out, "loci_http_request_seconds", "histogram", "Time from request to answer, by route.");
    for (auto const& [route, counts] : shell.routes) {
        std::uint64_t sum = 0;
        for (std::size_t at = 0; at < latency_bounds.size(); ++at) {
            sum += counts.latency[at];
            fmt::format_to(out, "loci_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n",
                           route, latency_bounds[at], sum);
        }
        sum += counts.latency[latency_bounds.size()];
        fmt::format_to(out,
                       "loci_http_request_seconds_bucket{{route=\"{0}\",le=\"+Inf\"}} {1}\n"
                       "loci_http_request_seconds_sum{{route=\"{0}\"}} {2}\n"
                       "loci_http_request_seconds_count{{route=\"{0}\"}} {1}\n",
                       route, sum, counts.latency_sum);
    }
}

void lanes(Out out, ServerStatistics const& shell) {
    head(out, "loci_lane_running", "gauge", "Requests being worked on, by lane.");
    for (auto const& lane : shell.lanes) {
        fmt::format_to(out, "loci_lane_running{{lane=\"{}\"}} {}\n", lane.name, lane.running);
    }
    head(out, "loci_lane_queued", "gauge", "Requests waiting for a thread, by lane.");
    for (auto const& lane : shell.lanes) {
        fmt::format_to(out, "loci_lane_queued{{lane=\"{}\"}} {}\n", lane.name, lane.queued);
    }
}

void connections(Out out, ServerStatistics const& shell) {
    single(out, "loci_connections", "gauge", "Open connections.", shell.connections);
    single(out, "loci_connections_accepted_total", "counter", "Connections accepted.",
           shell.connections_accepted);
    single(out, "loci_connections_refused_total", "counter", "Connections beyond the limit.",
           shell.connections_refused);
    single(out, "loci_accept_failures_total", "counter", "Connections that could not be accepted.",
           shell.accept_failures);
    single(out, "loci_timeouts_total", "counter", "Connections closed for being too slow.",
           shell.timeouts);
    single(out, "loci_received_bytes_total", "counter", "Bytes received.", shell.bytes_received);
    single(out, "loci_sent_bytes_total", "counter", "Bytes sent.", shell.bytes_sent);
    single(out, "loci_body_bytes_in_flight", "gauge", "Bytes of bodies in memory.",
           shell.body_bytes_in_flight);
    head(out, "loci_refusals_total", "counter", "Requests that the shell turned down, by reason.");
    for (std::size_t at = 0; at < shell.refusals.size(); ++at) {
        fmt::format_to(out, "loci_refusals_total{{reason=\"{}\"}} {}\n",
                       to_string(static_cast<Refusal>(at)), shell.refusals[at]);
    }
}

void store(Out out, store::WriterStatistics const& writer, StoreState state) {
    single(out, "loci_store_up", "gauge", "Whether the last probe of the database was answered.",
           state == StoreState::unreachable ? 0 : 1);
    single(out, "loci_store_commits_total", "counter", "Commits of the writer.", writer.commits);
    single(out, "loci_store_mutations_total", "counter", "Mutations committed in them.",
           writer.closures);
    single(out, "loci_store_queue_full_total", "counter", "Mutations refused by a full queue.",
           writer.refused_queue_full);
    single(out, "loci_store_waiting", "gauge", "Mutations waiting for the writer.", writer.waiting);
}

/// Ids of models may come from settings: quotes, backslashes and line breaks are left out.
std::string label(std::string text) {
    std::erase_if(text,
                  [](char letter) { return letter == '"' || letter == '\\' || letter == '\n'; });
    return text;
}

void embedding(Out out, memory::EmbeddingStatus const& status) {
    head(out, "loci_embedding_info", "gauge", "The model that questions use.");
    fmt::format_to(out, "loci_embedding_info{{model=\"{}\",dimension=\"{}\"}} 1\n",
                   label(status.serving), status.dimension);
    single(out, "loci_embedding_up", "gauge", "Whether that model is at hand.",
           status.is_at_hand ? 1 : 0);
    single(out, "loci_embedding_pending", "gauge", "Texts that wait for their vectors.",
           status.pending);
    head(out, "loci_embedding_change_texts", "gauge",
         "Texts of a change of model, all and those done; absent while none is under way.");
    if (status.incoming) {
        fmt::format_to(out,
                       "loci_embedding_change_texts{{model=\"{0}\",part=\"all\"}} {1}\n"
                       "loci_embedding_change_texts{{model=\"{0}\",part=\"done\"}} {2}\n",
                       label(*status.incoming), status.revisions, status.embedded);
    }
}

void index(Out out, memory::IndexStatistics const& index) {
    single(out, "loci_index_bytes", "gauge", "Memory held by the indexes of all users.",
           index.bytes);
    single(out, "loci_index_budget_bytes", "gauge", "What they are kept within.", index.budget);
    single(out, "loci_index_owners", "gauge", "Users whose index is in memory.", index.owners);
    single(out, "loci_index_loads_total", "counter", "Indexes read from the database.",
           index.loads);
    single(out, "loci_index_evictions_total", "counter",
           "Indexes given up to stay within the budget.", index.evictions);
    single(out, "loci_index_unsealed_vectors", "gauge",
           "Vectors that are compared one by one until a graph is built.", index.unsealed);
}

} // namespace

std::string SharedPages::metrics() const {
    std::string text;
    Out out{text};
    head(out, "loci_build_info", "gauge", "The running version.");
    fmt::format_to(out, "loci_build_info{{version=\"{}\"}} 1\n", version());
    auto const uptime = std::chrono::duration<double>(now() - started_at_).count();
    single(out, "loci_uptime_seconds", "gauge", "Time since the start.", uptime);
    ::loci::server::store(out, database_.statistics(), store_state());
    if (auto const status = memory_.embedding_status()) {
        embedding(out, *status);
    }
    index(out, memory_.index_statistics());
    if (shell_) {
        auto const shell = shell_();
        connections(out, shell);
        lanes(out, shell);
        routes(out, shell);
    }
    return text;
}

} // namespace loci::server
