// Writes batches of 100 memories through the library until it is killed. A byte on standard output
// acknowledges a batch.
//
//     batch_writer DIRECTORY ROUND

#include "batch.hpp"

#include <cstdlib>
#include <loci/memory/embedder.hpp>
#include <loci/memory/memory.hpp>
#include <unistd.h>
#include <utility>

namespace {

using namespace loci;

bool write_batch(memory::Memory& memory, std::string const& round, int batch) {
    std::vector<memory::NewMemory> items;
    for (int item = 0; item < crash::batch_items; ++item) {
        items.push_back({.content = crash::content(round, batch, item)});
    }
    auto const written = memory.write_many(Caller{}, std::move(items));
    if (!written) {
        return false;
    }
    for (auto const& item : written->items) {
        if (!item) {
            return false;
        }
    }
    return true;
}

} // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        return EXIT_FAILURE;
    }
    auto const embedder = memory::word_table_embedder();
    auto database = store::Database::open(
        {.directory = arguments[1], .components = {memory::Memory::component()}},
        system_environment());
    if (!database) {
        return EXIT_FAILURE;
    }
    auto memory = memory::Memory::open(*database, *embedder);
    if (!memory) {
        return EXIT_FAILURE;
    }
    for (int batch = 0; write_batch(*memory, arguments[2], batch); ++batch) {
        char const acknowledged = '.';
        if (::write(STDOUT_FILENO, &acknowledged, 1) != 1) {
            return EXIT_FAILURE;
        }
    }
    return EXIT_FAILURE;
}
