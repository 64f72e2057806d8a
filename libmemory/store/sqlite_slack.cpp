#include "store/sqlite_connection.hpp"

#include <algorithm>

// SQLite's secure_delete zeroes cells and pages when they are freed, but a page that is rebuilt
// while rows are spread anew keeps old bytes between its cell pointers and its cells. Those bytes
// belong to no row, so they can be zeroed in the file without any reader noticing, once the
// write-ahead log is empty. The writer's page cache is dropped afterwards, or it would write the
// old bytes back.
//
// A page of a b-tree (https://www.sqlite.org/fileformat2.html, 1.6), after the 100 bytes of the
// file header on page 1, numbers in two bytes, highest first:
//   type (1 byte: 2, 5, 10, 13) first-free-block cells cell-content-start fragments (1 byte)
//   [right-most page, 4 bytes: types 2 and 5] cell-pointer{cells} UNUSED cells and free blocks
//   free block = next-free-block size UNUSED

namespace loci::store {
namespace {

using Page = std::span<unsigned char>;

constexpr std::int64_t pages_a_step = 2048;
constexpr std::size_t file_header = 100;

/// Every other page begins with a page number, whose first byte is then 0 or 1.
constexpr std::int64_t most_pages = 0x01FF'FFFF;

std::size_t number_at(Page page, std::size_t at) {
    return static_cast<std::size_t>(page[at] << 8u) + page[at + 1];
}

bool clear(Page page, std::size_t from, std::size_t to) {
    bool changed = false;
    for (auto& byte : page.subspan(from, to - from)) {
        changed = changed || byte != 0;
        byte = 0;
    }
    return changed;
}

/// Whether any byte was cleared. A page that is malformed stays as it is: inspection reports it.
bool clear_unused(Page page, bool is_first) {
    auto const header = is_first ? file_header : 0;
    auto const type = page[header];
    auto const is_inner = type == 2 || type == 5;
    if (!is_inner && type != 10 && type != 13) {
        return false;
    }
    auto const pointers_end = header + (is_inner ? 12u : 8u) + 2 * number_at(page, header + 3);
    auto const stated_start = number_at(page, header + 5);
    auto const content_start = stated_start == 0 ? std::size_t{65536} : stated_start;
    if (pointers_end > content_start || content_start > page.size()) {
        return false;
    }
    auto changed = clear(page, pointers_end, content_start);
    auto block = number_at(page, header + 1);
    for (auto low = content_start; block != 0;) {
        if (block < low || block + 4 > page.size()) {
            return changed;
        }
        auto const end = block + number_at(page, block + 2);
        if (end < block + 4 || end > page.size()) {
            return changed;
        }
        changed = clear(page, block + 4, end) || changed;
        low = end;
        block = number_at(page, block);
    }
    return changed;
}

} // namespace

std::int64_t SqliteConnection::clear_unused_bytes(std::int64_t first_page) {
    auto* const database = database_.get();
    sqlite3_file* file = nullptr;
    sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    auto const page_size = single_integer("PRAGMA page_size");
    sqlite3_int64 bytes = 0;
    if (auto const code = file->pMethods->xFileSize(file, &bytes); code != SQLITE_OK) {
        throw_from_sqlite(nullptr, code);
    }
    std::int64_t const pages = bytes / page_size;
    if (pages > most_pages) {
        throw EngineError(Failure::other, "the file is too large for its unused bytes to be found");
    }
    std::vector<unsigned char> buffer(static_cast<std::size_t>(page_size));
    auto const end = std::min(first_page + pages_a_step, pages + 1);
    for (auto number = first_page; number < end; ++number) {
        auto const offset = (number - 1) * page_size;
        auto code = file->pMethods->xRead(file, buffer.data(), static_cast<int>(page_size), offset);
        if (code == SQLITE_OK && clear_unused(buffer, number == 1)) {
            code = file->pMethods->xWrite(file, buffer.data(), static_cast<int>(page_size), offset);
        }
        if (code != SQLITE_OK) {
            throw_from_sqlite(nullptr, code);
        }
    }
    if (auto const code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL); code != SQLITE_OK) {
        throw_from_sqlite(nullptr, code);
    }
    sqlite3_db_release_memory(database);
    return end > pages ? 0 : end;
}

} // namespace loci::store
