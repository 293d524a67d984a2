#include "mpienc/net/outbox.hpp"

#include <utility>

namespace mpienc::net {
namespace {

Message take_front(std::deque<Message>& messages) {
  Message message = std::move(messages.front());
  messages.pop_front();
  return message;
}

}  // namespace

void Outbox::add(Message message) {
  const bool urgent = may_overtake(message.operation) && fits_frame(message);
  (urgent ? urgent_ : waiting_).push_back(std::move(message));
}

void Outbox::next(Bytes& frame) {
  if (!urgent_.empty()) {
    FrameSplitter(take_front(urgent_)).next(frame);
    return;
  }
  if (!current_) current_.emplace(take_front(waiting_));
  current_->next(frame);
  if (current_->done()) current_.reset();
}

}  // namespace mpienc::net
