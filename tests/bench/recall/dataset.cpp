#include "dataset.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <loci/store/transaction.hpp>
#include <map>

namespace loci::bench {
namespace {

std::string text_of(boost::json::object const& object, char const* name) {
    auto const* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->as_string()} : std::string{};
}

std::string session_of(boost::json::object const& object) {
    auto const* value = object.if_contains("session");
    if (value == nullptr) {
        return {};
    }
    return value->is_string() ? std::string{value->as_string()} : boost::json::serialize(*value);
}

Result<store::Done> for_each_line(std::filesystem::path const& file,
                                  std::function<void(boost::json::object const&)> const& use) {
    std::ifstream input{file};
    if (!input) {
        return Error{ErrorKind::not_found, "NO_DATA", fmt::format("cannot read {}", file.string())};
    }
    std::string line;
    for (std::size_t number = 1; std::getline(input, line); ++number) {
        boost::system::error_code failed;
        auto const value = boost::json::parse(line, failed);
        if (failed || !value.is_object()) {
            return Error{ErrorKind::invalid, "BAD_DATA",
                         fmt::format("{} line {} is not a JSON object", file.string(), number)};
        }
        use(value.as_object());
    }
    return store::Done{};
}

Turn read_turn(boost::json::object const& object) {
    Turn turn{.id = text_of(object, "id"),
              .session = session_of(object),
              .speaker = text_of(object, "speaker"),
              .occurred_at = text_of(object, "timestamp"),
              .text = text_of(object, "text")};
    if (auto const caption = text_of(object, "caption"); !caption.empty()) {
        turn.text += fmt::format(" [image: {}]", caption);
    }
    constexpr auto minutes_only = std::string_view{"2023-05-08T13:56"}.size();
    if (turn.occurred_at.size() == minutes_only) {
        turn.occurred_at += ":00Z";
    }
    return turn;
}

Question read_question(boost::json::object const& object) {
    Question question{.text = text_of(object, "question"),
                      .category = text_of(object, "category"),
                      .evidence = {}};
    if (auto const* evidence = object.if_contains("evidence");
        evidence != nullptr && evidence->is_array()) {
        for (auto const& id : evidence->as_array()) {
            question.evidence.emplace_back(id.as_string());
        }
    }
    return question;
}

} // namespace

Result<std::vector<Conversation>> load_dataset(std::filesystem::path const& folder) {
    std::vector<Conversation> conversations;
    auto const conversation = [&](std::string const& name) -> Conversation& {
        auto const found = std::ranges::find(conversations, name, &Conversation::name);
        return found != conversations.end()
                   ? *found
                   : conversations.emplace_back(Conversation{name, {}, {}});
    };
    std::map<std::pair<std::string, std::string>, std::int64_t> positions;
    auto const turns = for_each_line(folder / "turns.jsonl", [&](auto const& object) {
        auto turn = read_turn(object);
        auto& owner = conversation(text_of(object, "conversation"));
        turn.sequence = ++positions[{owner.name, turn.session}];
        owner.turns.push_back(std::move(turn));
    });
    if (!turns) {
        return turns.error();
    }
    auto const questions = for_each_line(folder / "questions.jsonl", [&](auto const& object) {
        if (auto question = read_question(object); !question.evidence.empty()) {
            conversation(text_of(object, "conversation")).questions.push_back(std::move(question));
        }
    });
    if (!questions) {
        return questions.error();
    }
    return conversations;
}

} // namespace loci::bench
