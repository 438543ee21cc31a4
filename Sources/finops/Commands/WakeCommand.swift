import ArgumentParser
import FleetModel
import Foundation
import Planner
import PostgresStore
import Settings

/// `finops wake`: keeps a pool up for a while, as a signal from outside does.
struct WakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wake", abstract: "Wake a pool, and keep it up for a while.",
    discussion: """
      EXAMPLES
        finops wake chat                     for 15 minutes
        finops wake chat --for 2h
      The same from outside: POST /v1/pools/chat/wake {"for": "15m"}, with the API token.
      """)
  @OptionGroup var file: SettingsFile
  @Argument(help: "The pool.")
  var pool: String
  @Option(help: "For how long: 15m, 2h; at most 7d.")
  var `for` = "15m"

  func validate() throws {
    // A pool that stays up for longer is a minimum, and belongs into the settings.
    guard let time = Duration(words: self.for), time > .zero, time <= .days(7) else {
      throw ValidationError("--for takes a time such as 15m or 2h, at most 7d")
    }
  }

  func run() async throws {
    let settings = try file.load()
    let names = settings.pools.map(\.name.rawValue)
    guard names.contains(pool) else {
      let near = nearestName(to: pool, among: names).map { "; did you mean \($0)?" } ?? ""
      tell("finops: there is no pool '\(pool)'\(near) (\(names.joined(separator: ", ")))")
      throw Exit.failed
    }
    let until = try await Books.reading(settings) { books in
      let until = books.now.advanced(by: Duration(words: self.for) ?? .minutes(15))
      try await books.store.wake(
        PoolName(pool), until: until, by: NSUserName(), at: books.now)
      return until
    }
    print("\(pool) is kept up until \(until); the controller sees it at its next look")
  }
}
