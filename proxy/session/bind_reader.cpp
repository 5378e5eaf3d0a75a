#include "proxy/session/bind_reader.hpp"

#include "proxy/wire/build.hpp"

namespace onetrip {

ParameterTypes ParameterTypes::of(std::string_view statement, const Pipeline& pipeline,
                                  const PreparedStatements& statements) {
  ParameterTypes types;
  const Operation parse = pipeline.find_parse(statement);
  if (parse.kind == Operation::Kind::parse) {
    types.declared = parse.codes;
    const PreparedStatement* described = statements.still_described(parse);
    if (described != nullptr) types.kept = &described->parameter_types;
    types.keep_texts = parse.names_setting;
    return types;
  }
  if (const PreparedStatement* kept = statements.peek(statement)) {
    types.kept = &kept->parameter_types;
    types.keep_texts = kept->names_setting;
  }
  return types;
}

std::uint32_t ParameterTypes::at(std::uint32_t index) const {
  constexpr std::size_t size = sizeof(std::uint32_t);
  if (kept != nullptr) return index < kept->size() ? (*kept)[index] : type_oid::unspecified;
  if (declared.size() < (index + 1) * size) return type_oid::unspecified;
  return Cursor(declared.subspan(index * size, size)).u32();
}

BindReader::BindReader(const frontend::BindHead& head, const ParameterTypes& types,
                       const ValueHasher& hasher, ExecutionPool::Parameters& into)
    : head_(head),
      types_(types),
      hasher_(hasher),
      into_(into),
      walker_(head.failed ? 0 : head.parameters, longest_value) {}

Bytes BindReader::feed(Bytes bytes) {
  return walker_.walk(bytes,
                      [this](std::uint32_t index, const WireValue& value) { add(index, value); });
}

void BindReader::add(std::uint32_t index, const WireValue& value) {
  if (index >= most_parameters) return;
  const std::uint32_t type = types_.at(index);
  const bool binary = is_binary(head_.formats, index);
  if (types_.keep_texts) add_text(value, type, binary);
  Slot slot;
  if (value.kind == WireValue::Kind::null) slot.kind = Slot::Kind::null;
  if (value.kind == WireValue::Kind::known && into_.elements.size() < most_elements) {
    const std::string_view bytes = as_text(value.bytes);
    slot = binary ? hasher_.binary_slot(type, bytes, into_.elements)
                  : hasher_.text_slot(type, bytes, into_.elements);
  }
  into_.slots.push_back(slot);
}

/// Every parameter has its text, so that they can be counted; what is not text is empty.
void BindReader::add_text(const WireValue& value, std::uint32_t type, bool binary) {
  const bool is_text = !binary || type == type_oid::text || type == type_oid::varchar;
  const std::string_view text = is_text ? as_text(value.bytes).substr(0, longest_text) : "";
  append(into_.texts, static_cast<std::uint32_t>(text.size()));
  into_.texts += text;
}

Operation BindReader::operation(Bytes tail) {
  // A value that did not come makes the server refuse the Bind, which is still a statement that
  // ran.
  into_.slots.resize(std::min<std::size_t>(head_.parameters, most_parameters));
  Cursor cursor(tail);
  const std::size_t formats = cursor.u16();
  Operation operation;
  operation.kind = Operation::Kind::bind;
  operation.name = head_.portal;
  operation.text = head_.statement;
  operation.codes = cursor.take(formats * sizeof(std::int16_t));
  operation.slots = into_.slots;
  operation.elements = into_.elements;
  operation.texts = into_.texts;
  return operation;
}

void read_setting_texts(std::string_view texts, std::vector<std::string>& into) {
  Cursor cursor(as_bytes(texts));
  while (cursor.left() != 0) {
    const std::size_t size = cursor.u32();
    into.emplace_back(as_text(cursor.take(size)));
  }
}

}  // namespace onetrip
