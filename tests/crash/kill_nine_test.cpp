// The real server is killed with SIGKILL while 32 clients write. What it had acknowledged must be
// there afterwards, and found by search; what it had not may be there or not, but never half.

#include "support/result_text.hpp"
#include "support/server_process.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <loci/base/transport.hpp>
#include <mutex>
#include <random>
#include <thread>
#include <unistd.h>

namespace {

using loci::OutboundAnswer;
using loci::Result;
using loci::Transport;

constexpr int kills = 20;
constexpr int writers = 32;

struct Acknowledged {
    std::string id;
    std::string word; ///< occurs in this memory alone
};

class Client {
public:
    Client(std::string url, std::string key)
        : url_(std::move(url))
        , key_(std::move(key))
        , transport_(loci::curl_transport()) {}

    Result<OutboundAnswer> get(std::string const& path) {
        return transport_->send({.url = url_ + path, .headers = {{"x-api-key", key_}}});
    }

    Result<OutboundAnswer> post(std::string const& path, boost::json::value const& body) {
        return transport_->send(
            {.method = "POST",
             .url = url_ + path,
             .headers = {{"x-api-key", key_}, {"content-type", "application/json"}},
             .body = boost::json::serialize(body)});
    }

private:
    std::string url_;
    std::string key_;
    std::unique_ptr<Transport> transport_;
};

std::string content_with(std::string const& word) {
    return fmt::format("The lighthouse keeper wrote {} into the log before the storm", word);
}

/// Writes until the connection breaks; every 201 is noted.
void write_until_killed(Client client, int round, int writer, std::mutex& guard,
                        std::vector<Acknowledged>& acknowledged, std::atomic<int>& count) {
    for (int index = 0;; ++index) {
        auto const word = fmt::format("entry{}x{}x{}", round, writer, index);
        auto const answer =
            client.post("/v1/memory/write", {{"content", content_with(word)}, {"space", "crash"}});
        if (!answer) {
            return;
        }
        if (answer->status != 201) {
            continue;
        }
        auto const id = boost::json::parse(answer->body).as_object().at("id").as_string();
        std::lock_guard const lock{guard};
        acknowledged.push_back({std::string{id}, word});
        ++count;
    }
}

void check_found(Client& client, Acknowledged const& memory) {
    auto const item = client.get("/v1/memory/items/" + memory.id);
    REQUIRE(item);
    REQUIRE(item->status == 200);
    auto const content = boost::json::parse(item->body).as_object().at("content").as_string();
    REQUIRE(std::string{content} == content_with(memory.word));

    auto const found = client.post("/v1/memory/search",
                                   {{"query", memory.word}, {"spaces", {"crash"}}, {"limit", 1}});
    REQUIRE(found);
    REQUIRE(found->status == 200);
    auto const hits = boost::json::parse(found->body).as_array();
    REQUIRE(hits.size() == 1);
    REQUIRE(std::string{hits[0].as_object().at("id").as_string()} == memory.id);
}

struct Scratch {
    Scratch()
        : path(std::filesystem::temp_directory_path() /
               fmt::format("loci_kill_nine_{}", ::getpid())) {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }

    ~Scratch() { std::filesystem::remove_all(path); }

    std::filesystem::path path;
};

std::vector<Acknowledged> write_and_kill(loci::test::ServerProcess& server, int round,
                                         int acknowledged_before_kill) {
    std::mutex guard;
    std::vector<Acknowledged> acknowledged;
    std::atomic<int> count = 0;
    {
        std::vector<std::jthread> threads;
        for (int writer = 0; writer < writers; ++writer) {
            threads.emplace_back([&, writer] {
                write_until_killed({server.url(), server.owner_key()}, round, writer, guard,
                                   acknowledged, count);
            });
        }
        while (count < acknowledged_before_kill) {
            std::this_thread::yield();
        }
        server.kill_nine();
    }
    return acknowledged;
}

} // namespace

TEST_CASE("every acknowledged write survives kill -9 amid 32 writers, twenty times", "[crash]") {
    Scratch const scratch;
    auto const directory = scratch.path / "data";
    std::mt19937 random{20261121};
    std::uniform_int_distribution<int> amount{40, 200};
    std::vector<Acknowledged> all;
    for (int round = 0; round < kills; ++round) {
        loci::test::ServerProcess server{LOCI_BINARY, directory};
        auto acknowledged = write_and_kill(server, round, amount(random));
        REQUIRE(!acknowledged.empty());

        std::string report;
        auto const verdict =
            loci::test::run_program({LOCI_BINARY, "doctor", "--data", directory.string()}, report);
        INFO(report);
        REQUIRE(verdict == 0);

        loci::test::ServerProcess again{LOCI_BINARY, directory};
        Client client{again.url(), again.owner_key()};
        for (auto const& memory : acknowledged) {
            check_found(client, memory);
        }
        all.insert(all.end(), acknowledged.begin(), acknowledged.end());
    }
    loci::test::ServerProcess server{LOCI_BINARY, directory};
    Client client{server.url(), server.owner_key()};
    for (auto const& memory : all) {
        check_found(client, memory);
    }
    auto const status = server.terminate();
    REQUIRE(status == 0);
}
