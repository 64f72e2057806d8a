#include "fixture.hpp"

#include <fstream>
#include <loci/store/server_file.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// Opening, the directory's lock, and snapshots.

namespace loci::store {
namespace {

constexpr Migration second_migrations[] = {
    note_migrations[0], {2, "CREATE TABLE extra (key INTEGER PRIMARY KEY) STRICT"}};

constexpr Migration broken_migrations[] = {
    note_migrations[0],
    {2, "CREATE TABLE extra (key INTEGER PRIMARY KEY) STRICT; CREATE TABLE note (a TEXT) STRICT"}};

/// The exit code of a child that tries to open the directory: 0 open, 1 in use, 2 otherwise.
int open_in_child(Options const& options, Environment environment) {
    auto const child = ::fork();
    if (child == 0) {
        auto const opened = Database::open(options, environment);
        auto const in_use = !opened && opened.error().reason == "DIRECTORY_IN_USE";
        ::_exit(opened ? 0 : in_use ? 1 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

unsigned mode_of(std::filesystem::path const& path) {
    struct stat status {};

    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777u;
}

TEST_CASE("a new directory is closed to others", "[store][database]") {
    StoreFixture fixture;
    auto options = fixture.options();
    options.directory = fixture.directory.path() / "a" / "b" / "data";
    auto database = fixture.open(options);
    CHECK(add(database, 1));
    CHECK(mode_of(options.directory) == 0700);
    CHECK(mode_of(options.directory / "loci.db") == 0600);
    CHECK(mode_of(options.directory / "loci.db-wal") == 0600);
    CHECK(mode_of(options.directory / "lock") == 0600);
    CHECK(database.directory() == options.directory);
}

TEST_CASE("what was written is there after a restart, without a log", "[store][database]") {
    StoreFixture fixture;
    {
        auto database = fixture.open();
        CHECK(add(database, 1));
        auto moved = std::move(database);
        CHECK(add(moved, 2));
        CHECK(keys(moved).size() == 2);
    }
    CHECK_FALSE(std::filesystem::exists(fixture.options().directory / "loci.db-wal"));
    auto database = fixture.open();
    CHECK(keys(database) == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a database that must exist is not made", "[store][database]") {
    StoreFixture fixture;
    auto options = fixture.options();
    SECTION("not to be created") {
        options.create = false;
    }
    SECTION("read only") {
        options.read_only = true;
    }
    auto const opened = Database::open(options, fixture.environment.get());
    CHECK(opened.error().kind == ErrorKind::not_found);
    CHECK(opened.error().reason == "DATABASE_NOT_FOUND");
    CHECK_FALSE(std::filesystem::exists(options.directory));
    fixture.open();
    CHECK(Database::open(options, fixture.environment.get()));
}

TEST_CASE("a directory has one owner", "[store][database]") {
    StoreFixture fixture;
    auto const options = fixture.options();
    CHECK_FALSE(is_directory_locked(options.directory));
    {
        auto database = fixture.open();
        CHECK(is_directory_locked(options.directory));
        auto const second = Database::open(options, fixture.environment.get());
        CHECK(second.error().kind == ErrorKind::conflict);
        CHECK(second.error().reason == "DIRECTORY_IN_USE");
        CHECK(second.error().details.empty());
        REQUIRE(write_server_file(options.directory, {.pid = 7, .url = "http://127.0.0.1:8787"}));
        auto const told = Database::open(options, fixture.environment.get());
        REQUIRE(told.error().details.size() == 1);
        CHECK(told.error().details[0].first == "url");
        CHECK(std::get<std::string>(told.error().details[0].second) == "http://127.0.0.1:8787");
        CHECK(open_in_child(options, fixture.environment.get()) == 1);
        CHECK(add(database, 1));
    }
    CHECK_FALSE(is_directory_locked(options.directory));
    auto database = fixture.open();
    CHECK(keys(database).size() == 1);
}

TEST_CASE("a killed owner leaves no lock", "[store][database]") {
    StoreFixture fixture;
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    auto const child = ::fork();
    if (child == 0) {
        auto opened = Database::open(fixture.options(), fixture.environment.get());
        auto const added = opened && add(*opened, 1).has_value();
        auto const told = ::write(ready[1], added ? "y" : "n", 1);
        ::pause();
        ::_exit(told == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    char answer = 0;
    REQUIRE(::read(ready[0], &answer, 1) == 1);
    CHECK(answer == 'y');
    CHECK(is_directory_locked(fixture.options().directory));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    auto database = fixture.open();
    CHECK(keys(database) == std::vector<std::int64_t>{1});
}

TEST_CASE("migrations go forward, each once", "[store][database]") {
    StoreFixture fixture;
    auto options = fixture.options();
    {
        auto database = fixture.open(options);
        CHECK(add(database, 1));
    }
    options.components = {{.name = "notes", .migrations = second_migrations}};
    auto read_only = options;
    read_only.read_only = true;
    auto const too_old = Database::open(read_only, fixture.environment.get());
    CHECK(too_old.error().reason == "DATABASE_TOO_OLD");
    {
        auto database = fixture.open(options);
        CHECK(keys(database).size() == 1);
        CHECK(database.write<Done>([](WriteTransaction& transaction) -> Outcome<Done> {
            transaction.execute("INSERT INTO extra (key) VALUES (1)");
            return Done{};
        }));
    }
    fixture.open(options);
    auto const too_new = Database::open(fixture.options(), fixture.environment.get());
    CHECK(too_new.error().kind == ErrorKind::conflict);
    CHECK(too_new.error().reason == "DATABASE_TOO_NEW");
    CHECK(too_new.error().message.find("schema 2") != std::string::npos);
    CHECK(too_new.error().message.find("knows 1") != std::string::npos);
    auto other = fixture.options();
    other.components.clear();
    CHECK(Database::open(other, fixture.environment.get())); // unknown parts are left alone
}

TEST_CASE("a migration that fails changes nothing", "[store][database]") {
    StoreFixture fixture;
    fixture.open();
    auto options = fixture.options();
    options.components = {{.name = "notes", .migrations = broken_migrations}};
    CHECK(Database::open(options, fixture.environment.get()).error().kind == ErrorKind::internal);
    options.components = {{.name = "notes", .migrations = second_migrations}};
    fixture.open(options);
}

TEST_CASE("a file of somebody else is left alone", "[store][database]") {
    StoreFixture fixture;
    std::filesystem::create_directories(fixture.options().directory);
    SECTION("not a database") {
        std::ofstream{fixture.file()} << std::string(5000, 'x');
    }
    SECTION("a database of another program") {
        auto const command = "sqlite3 " + fixture.file().string() +
                             " 'PRAGMA application_id = 7; CREATE TABLE a (b)'";
        if (std::system(command.c_str()) != 0) {
            WARN("the sqlite3 shell is not installed");
            return;
        }
    }
    auto const opened = Database::open(fixture.options(), fixture.environment.get());
    CHECK(opened.error().kind == ErrorKind::conflict);
    CHECK(opened.error().reason == "NOT_A_LOCI_DATABASE");
}

TEST_CASE("a damaged file is corrupt", "[store][database]") {
    StoreFixture fixture;
    {
        auto database = fixture.open();
        for (std::int64_t key = 1; key <= 20; ++key) {
            CHECK(add(database, key, std::string(3000, 'x')));
        }
    }
    SECTION("truncated") {
        std::filesystem::resize_file(fixture.file(), 4096 * 5);
        auto const opened = Database::open(fixture.options(), fixture.environment.get());
        CHECK(opened.error().kind == ErrorKind::corrupt);
        CHECK(opened.error().reason == "DATABASE_CORRUPT");
    }
    SECTION("overwritten") {
        {
            std::fstream stream{fixture.file(), std::ios::in | std::ios::out | std::ios::binary};
            auto const size = std::filesystem::file_size(fixture.file());
            stream.seekp(static_cast<std::streamoff>(size - 4096 * 12));
            stream << std::string(4096 * 10, 'z');
        }
        auto database = fixture.open();
        CHECK_FALSE(database.inspect().value().problems.empty());
        auto const all = database.read<Done>([](ReadTransaction& view) -> Result<Done> {
            auto rows = view.query("SELECT sum(length(text)) FROM note");
            rows.next();
            return Done{};
        });
        CHECK(all.error().kind == ErrorKind::corrupt);
        CHECK(all.error().reason == "DATABASE_CORRUPT");
    }
}

TEST_CASE("a place that cannot be written is unavailable", "[store][database]") {
    StoreFixture fixture;
    std::ofstream{fixture.directory.path() / "data"} << "a file";
    auto const opened = Database::open(fixture.options(), fixture.environment.get());
    CHECK(opened.error().kind == ErrorKind::unavailable);
    CHECK(opened.error().message.find(fixture.directory.path().string()) == std::string::npos);
}

TEST_CASE("a reader beside the writer sees what is committed", "[store][database]") {
    StoreFixture fixture;
    auto database = fixture.open();
    CHECK(add(database, 1));
    auto options = fixture.options();
    options.read_only = true;
    auto reader = fixture.open(options);
    CHECK(keys(reader) == std::vector<std::int64_t>{1});
    CHECK(add(database, 2));
    CHECK(keys(reader) == std::vector<std::int64_t>{1, 2});
    CHECK(add(reader, 3).error().reason == "READ_ONLY");
    CHECK(reader.is_read_only());
    CHECK_FALSE(database.is_read_only());
    CHECK(reader.scrub().error().reason == "READ_ONLY");
    CHECK(reader.inspect().value().problems.empty());
    CHECK(reader.subscribe([](std::int64_t) {}) == nullptr);
    reader.note_softly("a", [](WriteTransaction&) {});
    CHECK(reader.statistics().commits == 0);
}

TEST_CASE("a read sees one state from its start to its end", "[store][database]") {
    StoreFixture fixture;
    auto database = fixture.open();
    CHECK(add(database, 1));
    auto const counted = database.read<Done>([&](ReadTransaction& view) -> Result<Done> {
        CHECK(add(database, 2)); // committed and answered meanwhile
        auto rows = view.query("SELECT count(*) FROM note");
        REQUIRE(rows.next());
        CHECK(rows.integer(0) == 1);
        CHECK(keys(database).size() == 2);
        return Done{};
    });
    CHECK(counted);
}

TEST_CASE("more readers than connections wait for their turn", "[store][database]") {
    StoreFixture fixture;
    auto options = fixture.options();
    options.readers = 2;
    auto database = fixture.open(options);
    CHECK(add(database, 1));
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    std::vector<std::thread> threads;
    for (int each = 0; each < 8; ++each) {
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                static_cast<void>(database.read<Done>([&](ReadTransaction& view) -> Result<Done> {
                    auto const now = ++running;
                    auto seen = most.load();
                    while (seen < now && !most.compare_exchange_weak(seen, now)) {
                    }
                    view.query("SELECT count(*) FROM note").next();
                    --running;
                    return Done{};
                }));
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(most <= 2);
    CHECK(running == 0);
}

} // namespace
} // namespace loci::store
