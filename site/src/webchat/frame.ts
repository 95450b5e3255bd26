/** The web chat, on our own origin, in a frame of the company's page. */
import { HostLink } from "../shared/protocol";
import { server } from "./backend";
import { hear, start } from "./chat";

const channel = /\/webchat\/frame\/([\w-]{1,64})\/?$/.exec(location.pathname)?.[1] ?? "";
const host = new HostLink(window, hear);
start(server(channel), host, `countersign-chat:${channel}`);
host.start();
