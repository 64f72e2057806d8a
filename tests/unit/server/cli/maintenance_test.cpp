#include "support/manual_clock.hpp"
#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"

#include <atomic>
#include <cli/maintenance.hpp>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <loci/base/environment.hpp>
#include <mutex>

namespace loci::cli {
namespace {

/// The built-in embedder, out of reach for a while.
class UnsteadyEmbedder final : public memory::Embedder {
public:
    std::string const& model_id() const override { return inner_->model_id(); }

    std::size_t dimension() const override { return inner_->dimension(); }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  memory::EmbeddingPurpose purpose) override {
        if (down) {
            return Error{ErrorKind::unavailable, "MODEL_UNREACHABLE", "out of reach"};
        }
        auto vectors = inner_->embed(texts, purpose);
        std::scoped_lock const lock{mutex_};
        answered_ = true;
        changed_.notify_all();
        return vectors;
    }

    void await_answer() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return answered_; });
    }

    std::atomic<bool> down{false};

private:
    std::unique_ptr<memory::Embedder> inner_ = memory::word_table_embedder();
    std::mutex mutex_;
    std::condition_variable changed_;
    bool answered_ = false;
};

struct Fixture {
    tests::TemporaryDirectory directory;
    tests::ManualClock clock;
    Environment system = system_environment();
    std::unique_ptr<IdSource> ids = id_source(clock, system.random);
    UnsteadyEmbedder embedder;
    store::Database database = store::Database::open({.directory = directory.path(),
                                                      .components = {memory::Memory::component()}},
                                                     {clock, system.random, *ids, system.transport})
                                   .value();
    memory::Memory memory = memory::Memory::open(database, embedder).value();
    Caller caller;

    bool is_on_disk(std::string const& text) const {
        for (auto const& entry : std::filesystem::directory_iterator{directory.path()}) {
            std::ifstream file{entry.path(), std::ios::binary};
            std::string const bytes{std::istreambuf_iterator<char>{file}, {}};
            if (bytes.find(text) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    /// One pass at least, and the end.
    void maintain() { Maintenance const pass{database, memory, clock, server::Log::none()}; }
};

TEST_CASE("bytes of erased memories leave the files, also after a restart", "[cli][maintenance]") {
    Fixture fixture;
    auto const stored =
        fixture.memory.write(fixture.caller, {.content = "the zygomorphic password"}).value();
    REQUIRE(fixture.is_on_disk("zygomorphic"));
    REQUIRE(fixture.memory.erase(fixture.caller, {stored.memory.id}));
    REQUIRE(fixture.is_on_disk("zygomorphic"));
    fixture.maintain();
    CHECK_FALSE(fixture.is_on_disk("zygomorphic"));
    CHECK_FALSE(fixture.is_on_disk("zygomorph"));
}

TEST_CASE("what could not be embedded is embedded later", "[cli][maintenance]") {
    Fixture fixture;
    fixture.embedder.down = true;
    auto const stored = fixture.memory.write(fixture.caller, {.content = "aisle seats"}).value();
    REQUIRE(stored.memory.index_state == memory::IndexState::pending);
    fixture.maintain();
    auto const state = [&] {
        return fixture.memory.get(fixture.caller, stored.memory.id)->index_state;
    };
    CHECK(state() == memory::IndexState::pending);

    fixture.embedder.down = false;
    {
        Maintenance const running{fixture.database, fixture.memory, fixture.clock,
                                  server::Log::none()};
        fixture.embedder.await_answer();
    }
    CHECK(state() == memory::IndexState::ready);
}

} // namespace
} // namespace loci::cli
