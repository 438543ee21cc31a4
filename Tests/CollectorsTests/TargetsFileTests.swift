import FleetModel
import Testing

@testable import Collectors

@Suite struct TargetsFileTests {
  @Test("targets are read in order, once each, with their instances")
  func read() throws {
    let file = try TargetsFile(
      parsing: """
        \u{feff}# our fleet
        10.0.0.1:9400

        gpu-2.example.com:9400 instance=i-0abc  # rack 7
        [fd12::7]:9400\r
        10.0.0.1:9400
        10.0.0.1:9400 instance=i-1
        """)
    #expect(
      file.entries == [
        .init(target: "10.0.0.1:9400", instance: "i-1", line: 2),
        .init(target: "gpu-2.example.com:9400", instance: "i-0abc", line: 4),
        .init(target: "[fd12::7]:9400", line: 5),
      ])
  }

  @Test("an empty file names no targets")
  func empty() throws {
    #expect(try TargetsFile(parsing: "").entries.isEmpty)
  }

  @Test("all faults are told together, each with its line")
  func faults() {
    let text = "a:1\nb\nc:0\nd:65536\ne:9400 instance=\na:1 instance=x\na:1 instance=y\nf:80/p\n"
    let error = #expect(throws: TargetsFileError.self) { try TargetsFile(parsing: text) }
    #expect(error?.problems.map(\.line) == [2, 3, 4, 5, 7, 8])
    #expect(error?.problems.first?.text == "“b” is not host:port with a port of 1…65535")
  }

  @Test(
    "nothing that could leave the host part of a URL is an address",
    arguments: [
      "user@host:80", "host:80/x", "ho st:80", "host?:80", "host#:80", "host:+80", "host:",
      ":80", "host", "[::1:80", "[zz]:80", "a\\b:80", "::1:80",
    ])
  func refused(text: String) {
    #expect(!TargetsFile.isAddress(text))
  }

  @Test(
    "ports are allowed from 1 to 65535", arguments: [("1", true), ("65535", true), ("0", false)])
  func ports(port: String, allowed: Bool) {
    #expect(TargetsFile.isAddress("host:\(port)") == allowed)
  }
}
