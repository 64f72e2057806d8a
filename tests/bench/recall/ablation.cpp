// What each number of the recall profile is worth on labelled conversations, asked of the library.
//
//     bench_ablation DATA_FOLDER [NAME=VALUE ...]
//
// Prints the quality of the default profile, with the numbers given put in, and, where none are
// given, what it loses with each number at 0 that is not.

#include "evaluation.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <span>

namespace {

using namespace loci;

Error unknown(std::string_view argument) {
    std::string names = "rerank_depth";
    memory::RecallProfile profile;
    for (auto const& weight : memory::named_weights(profile)) {
        names += fmt::format(" {}", weight.name);
    }
    return {ErrorKind::invalid, "UNKNOWN_WEIGHT",
            fmt::format("{} is none of {}, each followed by =NUMBER", argument, names)};
}

Result<store::Done> put(memory::RecallProfile& profile, std::string_view argument) {
    auto const equals = std::min(argument.find('='), argument.size() - 1);
    auto const name = argument.substr(0, equals);
    auto const number = argument.substr(equals + 1);
    double value = 0;
    auto const read = std::from_chars(number.data(), number.data() + number.size(), value);
    if (read.ec != std::errc{} || read.ptr != number.data() + number.size()) {
        return unknown(argument);
    }
    if (name == "rerank_depth") {
        profile.rerank_depth = static_cast<std::size_t>(value);
        return store::Done{};
    }
    auto const weights = memory::named_weights(profile);
    auto const known =
        std::ranges::find(weights, name, [](auto const& weight) { return weight.name; });
    if (known == weights.end()) {
        return unknown(argument);
    }
    *known->value = value;
    return store::Done{};
}

Result<store::Done> ablate(bench::LibrarySystem& system,
                           std::vector<bench::Conversation> const& conversations) {
    constexpr double points = 100;
    system.use({});
    auto const whole = bench::ask_all(system, conversations);
    if (!whole) {
        return whole.error();
    }
    fmt::print("{:<30} {:>6} {:>6} {:>7}\n", "without", "R@10", "R@20", "MRR@10");
    memory::RecallProfile profile;
    for (auto const& weight : memory::named_weights(profile)) {
        // The parameters of BM25 and the half life are no shares of a sum.
        auto const is_share = !weight.name.starts_with("bm25") && !weight.name.ends_with("days");
        auto const given = *weight.value;
        if (given == 0 || !is_share) {
            continue;
        }
        *weight.value = 0;
        system.use(profile);
        auto const without = bench::ask_all(system, conversations);
        if (!without) {
            return without.error();
        }
        auto const now = without->mean();
        auto const before = whole->mean();
        fmt::print("{:<30} {:>+6.1f} {:>+6.1f} {:>+7.3f}\n", weight.name,
                   points * (now.recall_at_10 - before.recall_at_10),
                   points * (now.recall_at_20 - before.recall_at_20),
                   now.reciprocal_rank_at_10 - before.reciprocal_rank_at_10);
        *weight.value = given;
    }
    return store::Done{};
}

Result<store::Done> run(std::filesystem::path const& folder,
                        std::span<char* const> const& settings) {
    memory::RecallProfile profile;
    for (auto const* setting : settings) {
        if (auto const done = put(profile, setting); !done) {
            return done.error();
        }
    }
    auto const conversations = bench::load_dataset(folder);
    if (!conversations) {
        return conversations.error();
    }
    bench::ScratchDirectory const scratch;
    auto const system = bench::library_system(scratch.path());
    if (!system) {
        return system.error();
    }
    if (auto const stored = bench::store_all(**system, *conversations); !stored) {
        return stored.error();
    }
    (*system)->use(profile);
    auto const scoreboard = bench::ask_all(**system, *conversations);
    if (!scoreboard) {
        return scoreboard.error();
    }
    fmt::print("{}\n", scoreboard->render("loci, in process", bench::Group::category));
    return settings.empty() ? ablate(**system, *conversations) : store::Done{};
}

} // namespace

int main(int argument_count, char** arguments) {
    if (argument_count < 2) {
        fmt::print(stderr, "usage: bench_ablation DATA_FOLDER [NAME=VALUE ...]\n");
        return 2;
    }
    auto const result = run(
        arguments[1], std::span{arguments, static_cast<std::size_t>(argument_count)}.subspan(2));
    if (!result) {
        fmt::print(stderr, "bench_ablation: {}\n", result.error().message);
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
