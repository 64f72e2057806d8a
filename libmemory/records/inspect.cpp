#include "records/inspect.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <index/stem_tally.hpp>
#include <index/words.hpp>
#include <loci/memory/record.hpp>
#include <map>
#include <set>
#include <string_view>
#include <text/analyzer.hpp>
#include <unordered_map>

namespace loci::memory {
namespace {

constexpr store::Sql select_owners{"SELECT number FROM owner ORDER BY number"};

constexpr store::Sql select_revisions{R"sql(
SELECT revision.key, revision.stems, revision.words, revision.ended_at, revision.index_state,
    memory.space, memory.episode, length(served.data), length(coming.data)
FROM revision
JOIN memory ON memory.number = revision.memory
LEFT JOIN vector AS served ON served.revision = revision.key AND served.model = ?2
LEFT JOIN vector AS coming ON coming.revision = revision.key AND coming.model = ?3
WHERE revision.owner = ?1
ORDER BY revision.key
)sql"};

constexpr store::Sql select_stems{R"sql(
SELECT key, stems, text_hash FROM revision WHERE owner = ?1 ORDER BY key
)sql"};

constexpr store::Sql select_word{"SELECT 1 FROM words WHERE words MATCH ?1 AND rowid = ?2"};

constexpr store::Sql select_spaces{
    "SELECT name, documents, words, number FROM space WHERE owner = ?1"};

constexpr store::Sql select_episodes{R"sql(
SELECT number, documents, words FROM episode WHERE owner = ?1
)sql"};

constexpr store::Sql select_broken_chains{R"sql(
SELECT earlier.key FROM revision AS earlier
WHERE (earlier.ended_at IS NULL) <> (earlier.next_key IS NULL)
    OR (earlier.next_key IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM revision AS later
        WHERE later.key = earlier.next_key AND later.memory = earlier.memory
            AND later.number = earlier.number + 1 AND later.recorded_at = earlier.ended_at))
)sql"};

constexpr store::Sql select_not_one_current{R"sql(
SELECT number FROM memory
WHERE 1 <> (SELECT count(*) FROM revision
    WHERE revision.memory = memory.number AND revision.ended_at IS NULL)
)sql"};

constexpr store::Sql select_wrong_owner{R"sql(
SELECT memory.number FROM memory
LEFT JOIN owner ON owner.number = memory.owner
WHERE owner.number IS NULL OR owner.tenant <> memory.tenant
    OR owner.user <> CASE WHEN substr(memory.space, 1, 5) = 'team:' THEN '' ELSE memory.user END
)sql"};

constexpr store::Sql select_unregistered{R"sql(
SELECT number FROM memory
WHERE (agent IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM agent WHERE agent.tenant = memory.tenant AND agent.user = memory.user
            AND agent.name = memory.agent))
    OR (project IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM project WHERE project.tenant = memory.tenant AND project.user = memory.user
            AND project.name = memory.project))
    OR (session IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM session WHERE session.tenant = memory.tenant AND session.user = memory.user
            AND session.subject = coalesce(memory.subject, '')
            AND session.name = memory.session))
)sql"};

constexpr store::Sql select_half_answers{R"sql(
SELECT count(*) FROM stored_answer_memory AS listed
WHERE NOT EXISTS (SELECT 1 FROM stored_answer
        WHERE stored_answer.tenant = listed.tenant AND stored_answer.user = listed.user
            AND stored_answer.key = listed.key)
    OR NOT EXISTS (SELECT 1 FROM memory
        WHERE memory.id = listed.memory AND memory.tenant = listed.tenant)
)sql"};

struct Totals {
    std::int64_t documents = 0;
    std::int64_t words = 0;
    bool operator==(Totals const&) const = default;
};

using Counts = std::unordered_map<std::string, std::int64_t>;

/// What the rows of one owner add up to.
struct Recount {
    std::map<std::string, Totals> spaces;
    std::map<std::int64_t, Totals> episodes;
    Counts statistics; ///< by space and stem
    Counts episode_words;
};

std::string joined(std::string_view left, std::string_view right) {
    return fmt::format("{}\n{}", left, right);
}

std::string_view text_of(std::span<std::byte const> bytes) {
    void const* const start = bytes.data();
    return {static_cast<char const*>(start), bytes.size()};
}

class Inspector {
public:
    Inspector(store::ReadTransaction& transaction, Models::InUse const& models)
        : transaction_(transaction)
        , models_(models) {}

    std::vector<std::string> run() {
        for (auto const owner : owners()) {
            inspect_owner(owner);
        }
        report(select_broken_chains, "revision {}: not followed by the next one");
        report(select_not_one_current, "memory {}: not one current revision");
        report(select_wrong_owner, "memory {}: belongs to another owner");
        report(select_unregistered, "memory {}: an agent, session or project is not registered");
        auto rows = transaction_.query(select_half_answers);
        if (rows.next() && rows.integer(0) > 0) {
            add(fmt::format("{} stored answers are incomplete", rows.integer(0)));
        }
        return std::move(problems_);
    }

private:
    static constexpr std::size_t most_problems = 100;

    void add(std::string problem) {
        if (problems_.size() < most_problems) {
            problems_.push_back(std::move(problem));
        }
    }

    void report(store::Sql sql, char const* format) {
        auto rows = transaction_.query(sql);
        while (rows.next()) {
            add(fmt::format(fmt::runtime(format), rows.integer(0)));
        }
    }

    std::vector<std::int64_t> owners() {
        std::vector<std::int64_t> numbers;
        auto rows = transaction_.query(select_owners);
        while (rows.next()) {
            numbers.push_back(rows.integer(0));
        }
        return numbers;
    }

    void inspect_owner(std::int64_t owner) {
        auto const recount = count_revisions(owner);
        compare_spaces(owner, recount);
        compare_episodes(owner, recount);
        compare_statistics(owner, recount);
        compare_episode_words(owner, recount);
        find_words(owner, recount);
    }

    Recount count_revisions(std::int64_t owner) {
        Recount recount;
        auto rows = transaction_.query(
            select_revisions, owner, models_.serving->number,
            models_.incoming != nullptr ? std::optional{models_.incoming->number} : std::nullopt);
        while (rows.next()) {
            auto const key = rows.integer(0);
            auto const stems = text::split_stems(text_of(rows.blob(1)));
            if (static_cast<std::int64_t>(stems.size()) != rows.integer(2)) {
                add(fmt::format("revision {}: wrong number of words", key));
            }
            inspect_vectors(key, rows.text(4), rows.optional_integer(7), rows.optional_integer(8));
            if (rows.is_null(3)) {
                count_current(recount, std::string{rows.text(5)}, rows.optional_integer(6), stems);
            }
        }
        return recount;
    }

    /// While models change, either vector may be the first.
    void inspect_vectors(std::int64_t key, std::string_view state,
                         std::optional<std::int64_t> served, std::optional<std::int64_t> coming) {
        auto const is_ready = state == to_string(IndexState::ready);
        if (is_ready ? !served && !coming : served.has_value()) {
            add(fmt::format("revision {}: {}, which its vector contradicts", key, state));
        }
        inspect_size(key, served, models_.serving);
        inspect_size(key, coming, models_.incoming);
    }

    void inspect_size(std::int64_t key, std::optional<std::int64_t> bytes, UsedModel const* model) {
        if (bytes && *bytes != 0 &&
            *bytes != static_cast<std::int64_t>(model->dimension * sizeof(float))) {
            add(fmt::format("revision {}: vector of {} bytes", key, *bytes));
        }
    }

    static void count_current(Recount& recount, std::string const& space,
                              std::optional<std::int64_t> episode,
                              std::vector<std::string_view> const& stems) {
        auto const words = static_cast<std::int64_t>(stems.size());
        auto& totals = recount.spaces[space];
        ++totals.documents;
        totals.words += words;
        for (auto const& stem : std::set<std::string_view>{stems.begin(), stems.end()}) {
            ++recount.statistics[joined(space, stem)];
        }
        if (!episode) {
            return;
        }
        auto& turns = recount.episodes[*episode];
        ++turns.documents;
        turns.words += words;
        for (auto const& stem : stems) {
            ++recount.episode_words[joined(std::to_string(*episode), stem)];
        }
    }

    void compare_spaces(std::int64_t owner, Recount const& recount) {
        std::map<std::string, Totals> kept;
        auto rows = transaction_.query(select_spaces, owner);
        while (rows.next()) {
            kept[std::string{rows.text(0)}] = {rows.integer(1), rows.integer(2)};
            space_names_.emplace(rows.integer(3), rows.text(0));
        }
        if (kept != recount.spaces) {
            add(fmt::format("owner {}: totals of spaces differ from their rows", owner));
        }
    }

    void compare_episodes(std::int64_t owner, Recount const& recount) {
        std::map<std::int64_t, Totals> kept;
        auto rows = transaction_.query(select_episodes, owner);
        while (rows.next()) {
            kept[rows.integer(0)] = {rows.integer(1), rows.integer(2)};
        }
        if (kept != recount.episodes) {
            add(fmt::format("owner {}: totals of episodes differ from their rows", owner));
        }
    }

    void compare_statistics(std::int64_t owner, Recount const& recount) {
        Counts kept;
        index::StemTally const tally{index::TallyKind::owner, owner};
        for (auto const& [stem, space, count] : tally.read(transaction_)) {
            auto const name = space_names_.find(space);
            kept[joined(name == space_names_.end() ? "" : name->second, stem)] = count;
        }
        if (kept != recount.statistics) {
            add(fmt::format("owner {}: the statistics of stems differ from the texts", owner));
        }
    }

    void compare_episode_words(std::int64_t owner, Recount const& recount) {
        Counts kept;
        for (auto const& [episode, totals] : recount.episodes) {
            index::StemTally const tally{index::TallyKind::episode, episode};
            for (auto const& count : tally.read(transaction_)) {
                kept[joined(std::to_string(episode), count.stem)] = count.count;
            }
        }
        if (kept != recount.episode_words) {
            add(fmt::format("owner {}: the stems of episodes differ from the texts", owner));
        }
    }

    /// Looks up every revision by its text and by its rarest stem.
    void find_words(std::int64_t owner, Recount const& recount) {
        std::unordered_map<std::string, std::int64_t> documents;
        for (auto const& [space_and_stem, count] : recount.statistics) {
            documents[space_and_stem.substr(space_and_stem.find('\n') + 1)] += count;
        }
        auto rows = transaction_.query(select_stems, owner);
        while (rows.next()) {
            auto const stems = text::split_stems(text_of(rows.blob(1)));
            auto const frequency = [&](std::string_view stem) {
                auto const found = documents.find(std::string{stem});
                return found == documents.end() ? 0 : found->second;
            };
            auto const rarest =
                std::min_element(stems.begin(), stems.end(), [&](auto const& a, auto const& b) {
                    return frequency(a) < frequency(b);
                });
            auto const holds = [&](std::string const& word) {
                return transaction_.query(select_word, word, rows.integer(0)).next();
            };
            if (!holds(index::text_query(owner, rows.blob(2))) ||
                (rarest != stems.end() && !holds(index::word_query(owner, *rarest)))) {
                add(fmt::format("revision {}: not in the word index", rows.integer(0)));
            }
        }
    }

    store::ReadTransaction& transaction_;
    Models::InUse const& models_;
    std::unordered_map<std::int64_t, std::string> space_names_;
    std::vector<std::string> problems_;
};

} // namespace

std::vector<std::string> inspect_records(store::ReadTransaction& transaction,
                                         Models::InUse const& models) {
    return Inspector{transaction, models}.run();
}

} // namespace loci::memory
