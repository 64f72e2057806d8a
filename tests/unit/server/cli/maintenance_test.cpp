#include "support/manual_clock.hpp"
#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"

#include <cli/maintenance.hpp>
#include <fstream>
#include <iterator>
#include <loci/base/environment.hpp>
#include <loci/memory/memory.hpp>

namespace loci::cli {
namespace {

struct Fixture {
    tests::TemporaryDirectory directory;
    tests::ManualClock clock;
    Environment system = system_environment();
    std::unique_ptr<IdSource> ids = id_source(clock, system.random);
    std::unique_ptr<memory::Embedder> embedder = memory::word_table_embedder();
    store::Database database = store::Database::open({.directory = directory.path(),
                                                      .components = {memory::Memory::component()}},
                                                     {clock, system.random, *ids, system.transport})
                                   .value();
    memory::Memory memory = memory::Memory::open(database, *embedder).value();
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
    void maintain() { Maintenance const pass{database, clock, server::Log::none()}; }
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

} // namespace
} // namespace loci::cli
