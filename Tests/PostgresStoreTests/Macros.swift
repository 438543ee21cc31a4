import FleetModel
import Foundation

@testable import PostgresStore

/// Grafana's macros for PostgreSQL, expanded as its data source does (macros.go): arguments end at
/// the first closing parenthesis.
enum Macros {
  static func expand(
    _ sql: String, from: Timestamp = start.advanced(by: .days(-7)),
    to: Timestamp = start.advanced(by: .days(1))
  ) -> String {
    var text = sql.replacing("${pool:singlequote}", with: "'batch','other'")
    text = text.replacing(/\$__timeGroupAlias\(([^\)]*)\)/) { group($0.1) + " AS \"time\"" }
    text = text.replacing(/\$__timeGroup\(([^\)]*)\)/) { group($0.1) }
    text = text.replacing(/\$__timeFilter\(([^\)]*)\)/) { "\($0.1) BETWEEN '\(from)' AND '\(to)'" }
    text = text.replacing(/\$__time\(([^\)]*)\)/) { "\($0.1) AS \"time\"" }
    text = text.replacing("$__timeFrom()", with: "'\(from)'")
    return text.replacing("$__timeTo()", with: "'\(to)'")
  }

  /// Runs a panel's statement as it reaches the server; its columns' names and its rows.
  static func run(
    _ sql: String, on session: Session
  ) throws -> (columns: [String], rows: Int) {
    let expanded = expand(sql)
    guard !expanded.contains("$_") else { throw Failure.malformed("unknown macro in \(sql)") }
    try session.script("CREATE TEMPORARY VIEW panel AS \(expanded)")
    defer { try? session.script("DROP VIEW panel") }
    let rows = try session.query("SELECT count(*) FROM panel").integer(0, 0)
    let names = try session.query(
      """
      SELECT attname::text FROM pg_attribute
      WHERE attrelid = 'pg_temp.panel'::regclass AND attnum > 0 ORDER BY attnum
      """)
    var columns: [String] = []
    for row in 0..<names.rowCount { columns.append(try names.text(row, 0)) }
    return (columns, Int(rows))
  }

  /// The names after FROM and JOIN.
  static func tables(in sql: String) -> [String] {
    sql.matches(of: /(?:FROM|JOIN) ([a-z_]+)/).map { String($0.1) }.filter { $0 != "at" }
  }

  private static func group(_ arguments: Substring) -> String {
    let parts = arguments.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let seconds = ["'1h'": 3600, "'5m'": 300, "'1d'": 86_400][parts.last ?? ""] ?? 0
    return "floor(extract(epoch from \(parts[0]))/\(seconds))*\(seconds)"
  }
}

extension Session {
  /// What the planner would do.
  func explain(_ sql: String) throws -> String {
    try script("CREATE TEMPORARY TABLE IF NOT EXISTS explained (line text); TRUNCATE explained")
    try script(
      """
      DO $do$ DECLARE line text; BEGIN
        FOR line IN EXECUTE $sql$EXPLAIN \(sql)$sql$ LOOP
          INSERT INTO explained VALUES (line);
        END LOOP;
      END $do$
      """)
    return try query("SELECT string_agg(line, E'\\n') FROM explained").text(0, 0)
  }
}
