#include "systems.hpp"

#include <array>
#include <cctype>
#include <loci/base/environment.hpp>
#include <loci/store/database.hpp>
#include <set>

namespace loci::bench {
namespace {

constexpr std::array<store::Migration, 1> tables{{{1, store::Sql{R"sql(
CREATE VIRTUAL TABLE turn USING fts5 (conversation UNINDEXED, id UNINDEXED, text, tokenize = "porter unicode61");
)sql"}}}};

constexpr store::Sql insert_turn{"INSERT INTO turn (conversation, id, text) VALUES (?1, ?2, ?3)"};
constexpr store::Sql find_turns{R"sql(
SELECT id FROM turn WHERE turn MATCH ?1 AND conversation = ?2 ORDER BY bm25(turn), rowid LIMIT ?3
)sql"};

// The plain use of FTS5: every word of the question quoted, joined by OR, those of English grammar
// left out.
std::string match_expression(std::string const& question) {
    static std::set<std::string, std::less<>> const grammar{
        "a",     "about", "an",    "and",  "are",  "as",   "at",   "be",   "been", "by",
        "did",   "do",    "does",  "for",  "from", "had",  "has",  "have", "he",   "her",
        "his",   "how",   "in",    "is",   "it",   "its",  "of",   "on",   "or",   "she",
        "that",  "the",   "their", "they", "this", "to",   "was",  "were", "what", "when",
        "where", "which", "who",   "why",  "will", "with", "would"};
    std::string expression;
    std::string word;
    auto const finish = [&] {
        if (!word.empty() && !grammar.contains(word)) {
            expression += (expression.empty() ? "\"" : " OR \"") + word + "\"";
        }
        word.clear();
    };
    for (auto const character : question) {
        auto const byte = static_cast<unsigned char>(character);
        if (std::isalnum(byte) != 0 || byte >= 0x80) {
            word += static_cast<char>(std::tolower(byte));
        } else {
            finish();
        }
    }
    finish();
    return expression;
}

class Fts5System final : public RankingSystem {
public:
    explicit Fts5System(store::Database database)
        : database_(std::move(database)) {}

    Result<store::Done> store(Conversation const& conversation) override {
        return database_.write<store::Done>(
            [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                for (auto const& turn : conversation.turns) {
                    transaction.execute(insert_turn, conversation.name, turn.id,
                                        turn.speaker + " " + turn.text);
                }
                return store::Done{};
            });
    }

    Result<std::vector<std::string>> rank(Conversation const& conversation,
                                          Question const& question, std::size_t limit) override {
        auto const expression = match_expression(question.text);
        return database_.read<std::vector<std::string>>(
            [&](store::ReadTransaction& transaction) -> Result<std::vector<std::string>> {
                std::vector<std::string> ranked;
                if (expression.empty()) {
                    return ranked;
                }
                auto rows = transaction.query(find_turns, expression, conversation.name, limit);
                while (rows.next()) {
                    ranked.emplace_back(rows.text(0));
                }
                return ranked;
            });
    }

private:
    store::Database database_;
};

} // namespace

Result<std::unique_ptr<RankingSystem>> fts5_system(std::filesystem::path const& directory) {
    auto database = store::Database::open(
        {.directory = directory, .components = {{"fts5_baseline", tables}}}, system_environment());
    if (!database) {
        return database.error();
    }
    return std::unique_ptr<RankingSystem>{std::make_unique<Fts5System>(std::move(*database))};
}

} // namespace loci::bench
