import Clouds
import Foundation
import Planner
import Ports
import TestSupport
import Testing

@Suite struct AccessTokenChainTests {
  /// A home with these files in it, for the time of `body`.
  private func withHome(_ files: [String: String], _ body: (String) throws -> Void) throws {
    let home = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: home) }
    for (path, text) in files {
      let url = home.appending(path: path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    try body(home.path)
  }

  private func look(
    _ home: String, _ environment: [String: String]
  ) throws(ActuateError) -> (String, String) {
    let issued = try AccessTokenChain.huggingFace(environment: environment, home: home).token()
    return (issued.value.reveal(), issued.link.replacingOccurrences(of: home, with: "~"))
  }

  @Test func `Hugging Face's links are tried in its own client's order`() throws {
    let files = [
      ".cache/huggingface/token": "hf_cache\n", "hub/token": "hf_hub",
      "xdg/huggingface/token": "hf_xdg",
      "path": " hf_path \n",
    ]
    try withHome(files) { home in
      var environment: [String: String] = ["HF_TOKEN": "", "HF_HOME": ""]
      // Each is asked before those above it.
      let links = [
        ("", "", "hf_cache", "~/.cache/huggingface/token"),
        ("XDG_CACHE_HOME", home + "/xdg", "hf_xdg", "~/xdg/huggingface/token"),
        ("HF_HOME", home + "/hub", "hf_hub", "~/hub/token"),
        ("HF_TOKEN_PATH", home + "/path", "hf_path", "~/path"),
        (
          "HUGGING_FACE_HUB_TOKEN", "hf_old", "hf_old", "HUGGING_FACE_HUB_TOKEN in the environment"
        ), ("HF_TOKEN", "hf_new", "hf_new", "HF_TOKEN in the environment"),
      ]
      for (name, value, token, link) in links {
        environment[name] = value
        let seen = try look(home, environment)
        #expect(seen == (token, link))
      }
    }
  }

  @Test func `Where there is none, every place that was looked at is named`() throws {
    try withHome([:]) { home in
      let error = #expect(throws: ActuateError.self) { try look(home, [:]) }
      for word in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "/.cache/huggingface/token"] {
        #expect(error?.refusal?.message.contains(word) == true)
      }
      #expect(error?.refusal?.kind == .auth)
    }
  }

  @Test(arguments: ["two words", "ä", "a\r\nX-Evil: 1"])
  func `What can not stand in a header is no token`(text: String) {
    #expect(throws: ActuateError.self) {
      try AccessTokenChain.runPod(environment: ["RUNPOD_API_KEY": text]).token()
    }
  }

  @Test func `RunPod and Replicate have one variable each`() throws {
    let runPod = try AccessTokenChain.runPod(environment: ["RUNPOD_API_KEY": "rpa_1"]).token()
    #expect(runPod.value.reveal() == "rpa_1" && runPod.link == "RUNPOD_API_KEY in the environment")
    let environment = ["REPLICATE_API_TOKEN": "r8_1"]
    let replicate = try AccessTokenChain.replicate(environment: environment).token()
    #expect(replicate.value.reveal() == "r8_1")
  }
}
