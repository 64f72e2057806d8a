#include "systems.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <loci/base/transport.hpp>
#include <map>

namespace loci::bench {
namespace {

class ServerSystem final : public RankingSystem {
public:
    ServerSystem(std::string url, std::string key, std::string run, Spaces spaces)
        : url_(std::move(url))
        , key_(std::move(key))
        , run_(std::move(run))
        , spaces_(spaces)
        , transport_(curl_transport()) {}

    Result<store::Done> store(Conversation const& conversation) override {
        constexpr std::size_t items_per_batch = 100;
        for (std::size_t first = 0; first < conversation.turns.size(); first += items_per_batch) {
            auto const last = std::min(first + items_per_batch, conversation.turns.size());
            if (auto const stored = store_batch(conversation, first, last); !stored) {
                return stored.error();
            }
        }
        return store::Done{};
    }

    Result<std::vector<std::string>> rank(Conversation const& conversation,
                                          Question const& question, std::size_t limit) override {
        auto const answer =
            post("/v1/memory/query",
                 {{"query", question.text}, {"spaces", {space(conversation)}}, {"limit", limit}});
        if (!answer) {
            return answer.error();
        }
        std::vector<std::string> ranked;
        for (auto const& item : answer->as_object().at("items").as_array()) {
            ranked.push_back(turns_.at(std::string{item.as_object().at("id").as_string()}));
        }
        return ranked;
    }

private:
    std::string space(Conversation const& conversation) const {
        return spaces_ == Spaces::one_for_all ? run_
                                              : fmt::format("{}/{}", run_, conversation.name);
    }

    Result<store::Done> store_batch(Conversation const& conversation, std::size_t first,
                                    std::size_t last) {
        boost::json::array memories;
        for (auto index = first; index < last; ++index) {
            auto const& turn = conversation.turns[index];
            memories.push_back({{"content", turn.text},
                                {"space", space(conversation)},
                                {"session", fmt::format("{}/{}", conversation.name, turn.session)},
                                {"sequence", turn.sequence},
                                {"speaker", turn.speaker},
                                {"occurredAt", turn.occurred_at}});
        }
        auto const answer =
            post("/v1/memory/batch", {{"memories", std::move(memories)}, {"transactional", true}});
        if (!answer) {
            return answer.error();
        }
        for (auto const& success : answer->as_object().at("successes").as_array()) {
            auto const& object = success.as_object();
            auto const index =
                first + static_cast<std::size_t>(object.at("index").to_number<int>());
            turns_[std::string{object.at("id").as_string()}] = conversation.turns[index].id;
        }
        return store::Done{};
    }

    Result<boost::json::value> post(std::string const& path, boost::json::value const& body) {
        auto const answer = transport_->send(
            {.method = "POST",
             .url = url_ + path,
             .headers = {{"content-type", "application/json"}, {"x-api-key", key_}},
             .body = boost::json::serialize(body),
             .timeout = std::chrono::seconds{60}});
        if (!answer) {
            return answer.error();
        }
        if (answer->status != 200 && answer->status != 201) {
            return Error{ErrorKind::unavailable, "SERVER_REFUSED",
                         fmt::format("POST {} answered {}: {}", path, answer->status,
                                     answer->body.substr(0, 300))};
        }
        return boost::json::parse(answer->body);
    }

    std::string url_;
    std::string key_;
    std::string run_;
    Spaces spaces_;
    std::unique_ptr<Transport> transport_;
    std::map<std::string, std::string> turns_; ///< memory id -> turn id
};

} // namespace

std::unique_ptr<RankingSystem> server_system(std::string url, std::string key, std::string run,
                                             Spaces spaces) {
    return std::make_unique<ServerSystem>(std::move(url), std::move(key), std::move(run), spaces);
}

} // namespace loci::bench
