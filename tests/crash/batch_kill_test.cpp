// A process that writes batches through the library is killed with SIGKILL. Each batch that it had
// acknowledged must be there afterwards, whole and found by search; the one under way may be there
// or not, but never half.

#include "batch.hpp"
#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"

#include <csignal>
#include <loci/memory/embedder.hpp>
#include <loci/memory/memory.hpp>
#include <random>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace loci;

constexpr int kills = 12;

class WriterProcess {
public:
    WriterProcess(std::filesystem::path const& directory, std::string const& round) {
        int ends[2];
        if (::pipe(ends) != 0) {
            throw std::runtime_error("no pipe");
        }
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::close(ends[1]);
            ::execl(LOCI_BATCH_WRITER, LOCI_BATCH_WRITER, directory.c_str(), round.c_str(),
                    nullptr);
            ::_exit(EXIT_FAILURE);
        }
        ::close(ends[1]);
        acknowledgements_ = ends[0];
    }

    WriterProcess(WriterProcess const&) = delete;
    WriterProcess& operator=(WriterProcess const&) = delete;

    ~WriterProcess() {
        kill();
        ::close(acknowledgements_);
    }

    /// False: it ended.
    bool await_acknowledgement() const {
        char byte = 0;
        return ::read(acknowledgements_, &byte, 1) == 1;
    }

    void kill() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
            process_ = 0;
        }
    }

private:
    pid_t process_ = 0;
    int acknowledgements_ = -1;
};

/// Number of batches that were acknowledged.
int write_and_kill(std::filesystem::path const& directory, std::string const& round,
                   std::mt19937& random) {
    WriterProcess writer{directory, round};
    auto const awaited = static_cast<int>(random() % 6 + 1);
    int acknowledged = 0;
    while (acknowledged < awaited) {
        REQUIRE(writer.await_acknowledgement());
        ++acknowledged;
    }
    for (auto turns = random() % 4000; turns > 0; --turns) { // into the batch under way
        std::this_thread::yield();
    }
    writer.kill();
    while (writer.await_acknowledgement()) {
        ++acknowledged;
    }
    return acknowledged;
}

void check_found(memory::Memory& memory, std::string const& round, int batch, int item) {
    memory::RecallQuery query{.query = crash::word(round, batch, item)};
    query.mode = memory::RecallMode::keyword;
    auto const found = memory.recall(Caller{}, query).value();
    REQUIRE(found.hits.size() == 1);
    CHECK(found.hits.front().memory.content == crash::content(round, batch, item));
}

} // namespace

TEST_CASE("every acknowledged batch survives kill -9 whole, and no other is there in part",
          "[crash]") {
    tests::TemporaryDirectory const directory;
    std::mt19937 random{20261122};
    auto const embedder = memory::word_table_embedder();
    std::size_t before = 0;
    for (int kill = 0; kill < kills; ++kill) {
        auto const round = std::to_string(kill);
        auto const acknowledged = write_and_kill(directory.path(), round, random);
        CAPTURE(kill, acknowledged);

        auto database = store::Database::open({.directory = directory.path(),
                                               .components = {memory::Memory::component()}},
                                              system_environment())
                            .value();
        auto memory = memory::Memory::open(database, *embedder).value();
        CHECK(memory.inspect().value().empty());
        auto const held = memory.count(Caller{}, {}).value();
        auto const written = held - before;
        CHECK(written % crash::batch_items == 0);
        auto const batches = static_cast<int>(written / crash::batch_items);
        CHECK(batches >= acknowledged);
        CHECK(batches <= acknowledged + 1);
        for (int batch = 0; batch < batches; ++batch) {
            for (int item = 0; item < crash::batch_items; item += 11) {
                check_found(memory, round, batch, item);
            }
        }
        before = held;
    }
}
