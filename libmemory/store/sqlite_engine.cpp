#include "store/sqlite_connection.hpp"

namespace loci::store {
namespace {

class SqliteEngine final : public Engine {
public:
    std::unique_ptr<Connection> connect(ConnectionOptions const& options) override {
        return std::make_unique<SqliteConnection>(options);
    }
};

} // namespace

std::unique_ptr<Engine> sqlite_engine() {
    return std::make_unique<SqliteEngine>();
}

} // namespace loci::store
