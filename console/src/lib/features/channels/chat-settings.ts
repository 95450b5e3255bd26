import type { ChannelConfig, ChatQuestion } from '$lib/api';

/** The settings of a web chat that have fields of their own. */
export interface ChatSettings {
  availability: 'auto' | 'online' | 'offline';
  offline_text: string;
  files: boolean;
  invitations: boolean;
  questions: ChatQuestion[];
  /** Edited on a page of their own; saving the settings keeps them. */
  phrases: NonNullable<ChannelConfig['phrases']>;
}

export function readChatSettings(config: ChannelConfig | undefined): ChatSettings {
  return {
    availability: config?.availability ?? 'auto',
    offline_text: config?.offline_text ?? '',
    files: config?.files ?? true,
    invitations: config?.invitations === true,
    questions: structuredClone(config?.questions ?? []),
    phrases: config?.phrases ?? {}
  };
}

/** As the server takes them: only a choice has options. */
export function writeChatSettings(settings: ChatSettings): Partial<ChannelConfig> {
  const questions = settings.questions.map(({ options, ...question }) => ({
    ...question,
    label: question.label.trim(),
    ...(question.kind === 'choice' && { options: options ?? [] })
  }));
  return { ...settings, offline_text: settings.offline_text.trim(), questions };
}
