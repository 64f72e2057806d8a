#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/memory_json.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <ostream>

namespace loci::cli {
namespace {

memory::RecallQuery query_of(RecallCommand const& command) {
    memory::RecallQuery query{.query = fmt::format("{}", fmt::join(command.words, " ")),
                              .limit = command.limit,
                              .similarity_floor = command.minimum_similarity,
                              .explain = command.explain};
    query.mode = command.mode == "semantic"  ? memory::RecallMode::semantic
                 : command.mode == "keyword" ? memory::RecallMode::keyword
                                             : memory::RecallMode::hybrid;
    query.order = command.recent ? memory::RecallOrder::recent : memory::RecallOrder::relevance;
    query.filter.tags.all = command.tags;
    if (!command.spaces.empty()) {
        query.filter.scope.space = OneOf{command.spaces};
    }
    return query;
}

std::string rank_text(char const* channel, std::optional<int> rank) {
    return rank ? fmt::format("{} rank {}", channel, *rank)
                : fmt::format("not found by {}", channel);
}

void print_explanation(std::ostream& out, memory::Hit const& hit) {
    if (hit.explanation.empty()) {
        out << fmt::format("     {}, {}, fused score {:.4f}\n",
                           rank_text("words", hit.keyword_rank),
                           rank_text("meaning", hit.semantic_rank), hit.score);
        return;
    }
    std::size_t width = 0;
    for (auto const& channel : hit.explanation) {
        width = std::max(width, channel.channel.size());
    }
    for (auto const& channel : hit.explanation) {
        out << fmt::format("     {:<{}} {:>8}  raw {:.3f}, scaled {:.3f} x weight {:.2f}{}{}\n",
                           channel.channel, width,
                           channel.rank ? fmt::format("rank {}", *channel.rank) : "", channel.raw,
                           channel.scaled, channel.weight, channel.detail.empty() ? "" : ": ",
                           printable(channel.detail));
    }
    out << fmt::format("     fused score {:.4f}\n", hit.score);
}

void print_hit(std::ostream& out, std::size_t place, memory::Hit const& hit, bool explain) {
    auto const& memory = hit.memory;
    auto content = printable(memory.content);
    for (std::size_t at = 0; (at = content.find('\n', at)) != std::string::npos;) {
        content.replace(at, 1, "\n     ");
        at += 6;
    }
    out << fmt::format("{:>3}. {}\n", place, content);
    auto about = fmt::format("     similarity {:.2f} | {} | {}", hit.similarity,
                             memory.scope.space.value_or("default"),
                             format_rfc3339(memory.valid_from.value_or(memory.created_at), 0));
    if (memory.speaker) {
        about += " | " + *memory.speaker;
    }
    if (!memory.tags.empty()) {
        about += fmt::format(" | {}", fmt::join(memory.tags, ", "));
    }
    out << printable(about) << '\n';
    if (explain) {
        print_explanation(out, hit);
    }
}

} // namespace

ExitCode run(RecallCommand const& command, Context const& context) {
    auto const client = connect(context.settings, context.environment, Absent::refuse);
    if (!client) {
        return fail(context.console, client.error());
    }
    auto const recall = (*client)->recall(query_of(command));
    if (!recall) {
        return fail(context.console, recall.error());
    }
    if (recall->degraded) {
        context.console.error << "loci: meaning could not be searched, only words were\n";
    }
    if (context.json) {
        print_json(context.console, to_json(*recall));
        return ExitCode::success;
    }
    if (recall->hits.empty()) {
        context.console.error << "loci: nothing found\n";
    }
    std::size_t place = 0;
    for (auto const& hit : recall->hits) {
        print_hit(context.console.out, ++place, hit, command.explain);
    }
    return ExitCode::success;
}

} // namespace loci::cli
