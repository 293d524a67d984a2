#include "run_record_layout.hpp"

namespace mpienc::store {

Columns<ChunkRow> chunk_columns() {
  using Row = ChunkRow;
  return Columns<Row>({{"chunk", "", &Row::chunk},
                       {"first_packet", "packets", &Row::first_packet},
                       {"end_packet", "packets", &Row::end_packet},
                       {"programme_start", "s", &Row::programme_start},
                       {"programme_end", "s", &Row::programme_end},
                       {"frames", "frames", &Row::frames},
                       {"bytes_in", "bytes", &Row::bytes_in},
                       {"bytes_out", "bytes", &Row::bytes_out},
                       {"rank", "", &Row::rank},
                       {"lane", "", &Row::lane},
                       {"read_cpu", "s", &Row::read_cpu},
                       {"read_wall", "s", &Row::read_wall},
                       {"planned", "s", &Row::planned},
                       {"assigned", "s", &Row::assigned},
                       {"started", "s", &Row::started},
                       {"finished", "s", &Row::finished},
                       {"released", "s", &Row::released},
                       {"queued", "s", &Row::queued},
                       {"encode_wall", "s", &Row::encode_wall},
                       {"encode_cpu", "s", &Row::encode_cpu},
                       {"steals", "times", &Row::steals},
                       {"copies", "times", &Row::copies}});
}

Columns<EventRow> event_columns() {
  using Row = EventRow;
  return Columns<Row>({{"time", "s", &Row::time},
                       {"kind", "", TextMember<Row>{&Row::kind, 16}},
                       {"chunk", "", &Row::chunk},
                       {"rank", "", &Row::rank},
                       {"other", "", &Row::other}});
}

Columns<RankRow> rank_columns() {
  using Row = RankRow;
  return Columns<Row>({{"rank", "", &Row::rank},
                       {"host", "", TextMember<Row>{&Row::host, 64}},
                       {"lanes", "lanes", &Row::lanes},
                       {"processors", "processors", &Row::processors},
                       {"chunks", "chunks", &Row::chunks},
                       {"steals", "times", &Row::steals},
                       {"copies", "times", &Row::copies},
                       {"frames", "frames", &Row::frames},
                       {"encode_cpu", "s", &Row::encode_cpu},
                       {"encode_wall", "s", &Row::encode_wall},
                       {"speed", "", &Row::speed}});
}

}  // namespace mpienc::store
