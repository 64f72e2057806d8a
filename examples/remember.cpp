// A host that remembers across restarts: `remember DIRECTORY [TEXT]`.

#include <iostream>
#include <loci/loci.hpp>

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: remember DIRECTORY [TEXT]\n";
        return 2;
    }
    auto const loci = loci::open({.directory = argv[1]});
    if (!loci) {
        std::cerr << loci.error().message << '\n';
        return 1;
    }
    auto const starts = loci->in({.user = "alice", .space = "starts"});
    auto const notes = loci->in({.user = "alice", .space = "notes"});

    starts.write({.content = "The assistant was started"}).value();
    if (argc > 2) {
        notes.write({.content = argv[2], .tags = {"command line"}}).value();
    } else if (notes.count().value() == 0) {
        notes.write({.content = "Alice prefers a seat on the aisle", .tags = {"travel"}}).value();
        notes.write({.content = "Her sister Ruth keeps bees in Toledo"}).value();
    }

    auto const answer = notes.recall({.query = "where does she like to sit?", .limit = 3}).value();
    for (auto const& hit : answer) {
        std::cout << hit.similarity << "  " << hit.memory.content << '\n';
    }
    std::cout << "Started " << starts.count().value() << " times, " << notes.count().value()
              << " notes\n";
}
