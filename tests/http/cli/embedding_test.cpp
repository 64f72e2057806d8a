#include "http/cli/program.hpp"
#include "support/model_server.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace loci::tests {
namespace {

/// Lets as many pass as it was told to; the others wait.
class Gate {
public:
    void admit(int count) {
        std::scoped_lock const lock{mutex_};
        admitted_ += count;
        changed_.notify_all();
    }

    void pass() {
        std::unique_lock lock{mutex_};
        ++arrived_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return admitted_ > 0; });
        --admitted_;
    }

    void await_arrivals(int count) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return arrived_ >= count; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int admitted_ = 0;
    int arrived_ = 0;
};

/// A vector a text: does it speak of seats, does it not.
std::string vectors_for(std::string const& request) {
    auto const body = boost::json::parse(request);
    boost::json::array data;
    for (auto const& input : body.at("input").as_array()) {
        auto const about_seats =
            std::string_view{input.as_string()}.find("seat") != std::string_view::npos;
        data.push_back({{"index", data.size()},
                        {"embedding", {about_seats ? 1.0 : 0.0, about_seats ? 0.0 : 1.0}}});
    }
    return boost::json::serialize(boost::json::object{{"data", std::move(data)}});
}

std::vector<std::string> served_by(std::string const& url) {
    return {"--embedder", "openai", "--embedding-url", url, "--embedding-model", "seats"};
}

boost::json::value embedding_of(Program const& program) {
    return program.must("doctor --json").json().at("embedding");
}

} // namespace

TEST_CASE("an embedding server that is out of reach fails no write and no question",
          "[cli][program]") {
    Program program;
    auto arguments = served_by("http://127.0.0.1:1/v1");
    auto const refused = program.run("serve --listen 127.0.0.1:0 --embedder openai "
                                     "--embedding-url http://127.0.0.1:1/v1 --embedding-model m");
    CHECK(refused.code != 0);
    CHECK(refused.error.find("the embedding server: ") != std::string::npos);

    arguments.insert(arguments.end(), {"--embedding-dimensions", "2"});
    auto& server = program.serve(arguments);
    program.must("remember 'Ines likes aisle seats'");
    auto const found = program.must("recall seats --json").json();
    CHECK(found.as_object().size() > 0);
    CHECK(program.must("recall seats").out.find("aisle") != std::string::npos);
    CHECK(embedding_of(program).at("pending") == 1);
    CHECK(program.must("doctor").out.find("1 texts wait") != std::string::npos);
    CHECK(server.terminate() == 0);
}

TEST_CASE("an embedding server's vectors find what words do not, and are replaced later",
          "[cli][program]") {
    Program program;
    ModelServer const models{vectors_for};
    auto& first = program.serve(served_by(models.url()));
    program.must("remember 'Ines likes the seat by the aisle'");
    program.must("remember 'Omar grows tomatoes'");
    CHECK(program.must("recall 'unseated?'").out.find("Ines") != std::string::npos);
    CHECK(embedding_of(program).at("model") == "openai:seats");
    CHECK(embedding_of(program).at("pending") == 0);

    CHECK(first.terminate() == 0);
    auto& server = program.serve(); // the built-in embedder again
    while (embedding_of(program).at("model") == "openai:seats") {
        std::this_thread::yield();
    }
    CHECK(embedding_of(program).as_object().contains("incoming") == false);
    CHECK(program.must("recall tomato").out.find("Omar") != std::string::npos);
    CHECK(server.terminate() == 0);
    CHECK(contents(program.scratch("data.log")).find("the other model serves model=wordnet-") !=
          std::string::npos);
}

TEST_CASE("a change of model goes on after the server was killed in its middle", "[cli][program]") {
    constexpr int count = 200;
    Program program;
    {
        std::ofstream lines{program.scratch("memories")};
        for (int i = 0; i < count; ++i) {
            lines << R"({"content":"Seat )" << i << R"( is by the aisle"})" << '\n';
        }
    }
    program.must("import - < '" + program.scratch("memories").string() + "'");

    Gate gate;
    ModelServer const models{[&gate](std::string const& request) {
        gate.pass();
        return vectors_for(request);
    }};
    auto arguments = served_by(models.url());
    arguments.insert(arguments.end(), {"--embedding-dimensions", "2"});
    auto& server = program.serve(arguments);
    gate.admit(2);
    gate.await_arrivals(3); // two of seven batches are embedded
    auto const halfway = embedding_of(program);
    CHECK(halfway.at("model").as_string().starts_with("wordnet-"));
    CHECK(halfway.at("incoming") == "openai:seats/2");
    CHECK(halfway.at("revisions") == count);
    CHECK(halfway.at("embedded") == 64);
    CHECK(program.must("recall 'seat 7'").out.find("Seat 7 ") != std::string::npos);
    server.kill_nine();

    gate.admit(1000);
    program.serve(arguments);
    while (embedding_of(program).as_object().contains("incoming")) {
        std::this_thread::yield();
    }
    CHECK(embedding_of(program).at("model") == "openai:seats/2");
    CHECK(embedding_of(program).at("pending") == 0);
    CHECK(program.must("recall 'seat 7'").out.find("Seat 7 ") != std::string::npos);
}

TEST_CASE("a command leaves a directory the model that served it", "[cli][program]") {
    Program program;
    ModelServer const models{vectors_for};
    auto& server = program.serve(served_by(models.url()));
    program.must("remember 'Ines likes the seat by the aisle'");
    CHECK(server.terminate() == 0);
    program.must("remember 'Omar grows tomatoes'");
    CHECK(program.must("recall tomatoes").out.find("Omar") != std::string::npos);
    auto const embedding = embedding_of(program);
    CHECK(embedding.at("model") == "openai:seats");
    CHECK(embedding.at("pending") == 1);
    CHECK_FALSE(embedding.as_object().contains("incoming"));
}

} // namespace loci::tests
